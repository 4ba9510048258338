import { shiftTimeTags } from './timing.ts';

/** A run of text in one look. Line breaks are `\n`; no line is empty. */
export interface Span {
  readonly text: string;
  readonly isBold?: true;
  readonly isItalic?: true;
  readonly isUnderlined?: true;
}

/** Where a cue stands, as on a number pad: 2 is the middle of the bottom, 8 of the top. */
export type Place = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** A text with its time on screen, whatever the format it came in. */
export interface Cue {
  readonly startMs: number;
  readonly endMs: number;
  readonly spans: readonly Span[];
  /** Absent: the middle of the bottom. */
  readonly place?: Place;
  /** The event as an ASS file itself wrote it, so that its own styling can be kept. */
  readonly ass?: { readonly layer: number; readonly rest: string };
  /** What a WebVTT file says of the cue beyond all this, so that another WebVTT file can say it too. */
  readonly vtt?: { readonly id?: string; readonly settings?: string; readonly text?: string };
}

/** What can be written. */
export type CueFormat = 'srt' | 'vtt' | 'ass';

/** What can be read. */
export type SourceFormat = CueFormat | 'sbv' | 'lrc' | 'ttml' | 'microdvd';

/** A subtitle file as it was read. */
export interface CueSheet {
  readonly format: SourceFormat;
  /** In order of time. */
  readonly cues: readonly Cue[];
  /** Script info and styles of an ASS file, without fonts and pictures that it embeds. */
  readonly assHead?: string;
  /** Header lines, styles and regions of a WebVTT file. */
  readonly vttHead?: string;
  /** Frames a second that were taken where times are numbers of frames, and the file does not name their rate. */
  readonly takenRate?: number;
  /** What was legal enough to go on, and is not as it was written. */
  readonly notes: readonly string[];
  /** The same for a file of the same format, which keeps more; absent: `notes`. */
  readonly ownNotes?: readonly string[];
}

/** A sheet with the charset that its file was written in. */
export interface SubtitleText extends CueSheet {
  readonly charset: string;
}

/** More are no subtitles: a film of three hours has some thousand. */
export const cuesMax = 100_000;

export const plainText = (cue: Cue): string => cue.spans.map(({ text }) => text).join('');

const byTime = (a: Cue, b: Cue): number => a.startMs - b.startMs || a.endMs - b.endMs;

export const hasText = (cue: Cue): boolean => plainText(cue).trim() !== '';

/** A note on cues that are not in the output. */
export const leftOut = (n: number, why: string): string[] =>
  n === 0 ? [] : [n === 1 ? `1 cue is left out: ${why}` : `${n} cues are left out: ${why}`];

/** The cues that can be shown, in order of time, with a note on those that cannot. */
export const orderCues = (cues: readonly Cue[]): { readonly cues: Cue[]; readonly notes: string[] } => {
  const full = cues.filter((cue) => hasText(cue) || cue.ass !== undefined);
  const shown = full
    .filter((cue) => cue.endMs > Math.max(0, cue.startMs))
    .map((cue) => (cue.startMs < 0 ? { ...cue, startMs: 0 } : cue));
  return {
    cues: shown.toSorted(byTime),
    notes: [
      ...leftOut(cues.length - full.length, 'no text'),
      ...leftOut(full.length - shown.length, 'the end is not behind the beginning'),
    ],
  };
};

const withShiftedText = (cue: Cue, shiftMs: number): Cue =>
  cue.vtt?.text === undefined ? cue : { ...cue, vtt: { ...cue.vtt, text: shiftTimeTags(cue.vtt.text, shiftMs) } };

/** The same cues at other times; what would lie before 0 is cut off. */
export const shiftCues = (cues: readonly Cue[], shiftMs: number): readonly Cue[] =>
  shiftMs === 0
    ? cues
    : cues.flatMap((cue) => {
        const [startMs, endMs] = [Math.max(0, cue.startMs + shiftMs), cue.endMs + shiftMs];
        return endMs > startMs ? [withShiftedText({ ...cue, startMs, endMs }, shiftMs)] : [];
      });

/** The cues that begin before an instant, none of them longer than to there. */
export const cuesUntil = (cues: readonly Cue[], endMs: number): readonly Cue[] =>
  cues.filter(({ startMs }) => startMs < endMs).map((cue) => (cue.endMs > endMs ? { ...cue, endMs } : cue));
