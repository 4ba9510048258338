import { milliseconds, record, records, text } from './json.ts';

/** A part of a film that has a name; times count from the start of the file. */
export interface Chapter {
  readonly startMs: number;
  readonly endMs: number;
  readonly title: string | null;
}

/** Facts are kept and sent: more chapters than any book has are not. */
const chaptersMax = 1_000;
const titleMax = 200;

/** The chapters in ffprobe's JSON (`-show_chapters`). */
export const chaptersOf = (raw: unknown, zeroMs: number): Chapter[] =>
  records(record(raw).chapters)
    .slice(0, chaptersMax)
    .map((chapter) => {
      const startMs = (milliseconds(chapter.start_time) ?? zeroMs) - zeroMs;
      const endMs = (milliseconds(chapter.end_time) ?? startMs + zeroMs) - zeroMs;
      return { startMs, endMs, title: text(record(chapter.tags).title)?.slice(0, titleMax) ?? null };
    });
