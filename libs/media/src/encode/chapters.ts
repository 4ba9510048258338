import type { Container } from '@ffapi/contracts';
import { metadataValue } from '../argv/metadata-text.ts';
import type { Token } from '../argv/token.ts';
import type { Chapter } from '../facts/chapters.ts';

/** How an output gets the chapters that belong to it. */
export interface ChapterPlan {
  /** An input that stands behind all others; empty where the source's own chapters are taken as they are. */
  readonly input: readonly Token[];
  /** Options of the output. */
  readonly args: readonly string[];
  readonly scratch: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

export interface ChapterRequest {
  readonly chapters: readonly Chapter[];
  readonly container: Container;
  /** How many inputs stand before; FFmpeg takes the chapters of the first that has any. */
  readonly inputs: number;
  /** How long the output is; null where nobody knows. */
  readonly lengthMs: number | null;
  /** When the moment of the source is in the output. */
  readonly moved?: (ms: number) => number;
}

const fileName = 'chapters.txt';
/** What a container rounds, or a header is off by. */
const slackMs = 50;

const holders: ReadonlySet<Container> = new Set(['mp4', 'mov', 'mkv', 'webm', 'mp3', 'm4a', 'opus']);

const asIs: ChapterPlan = { input: [], args: [], scratch: {}, warnings: [] };
const without: ChapterPlan = { ...asIs, args: ['-map_chapters', '-1'] };

/** What is said of inputs whose chapters a composition does not keep. */
export const chapterLosses = (inputs: readonly { readonly chapters?: readonly Chapter[] | undefined }[]): string[] =>
  inputs.some(({ chapters = [] }) => chapters.length > 0) ? ['the chapters of the clips are left out'] : [];

const sectionOf = ({ startMs, endMs, title }: Chapter): string[] => [
  '[CHAPTER]',
  'TIMEBASE=1/1000',
  `START=${startMs}`,
  `END=${endMs}`,
  ...(title === null ? [] : [`title=${metadataValue(title)}`]),
];

const metadataFile = (chapters: readonly Chapter[]): string =>
  [';FFMETADATA1', ...chapters.flatMap(sectionOf), ''].join('\n');

const movedInto = ({ chapters, lengthMs, moved = (ms) => ms }: ChapterRequest): Chapter[] => {
  const end = lengthMs ?? Infinity;
  const place = (ms: number): number => Math.round(Math.max(0, Math.min(moved(ms), end)));
  return chapters
    .map(({ startMs, endMs, title }) => ({ startMs: place(startMs), endMs: place(endMs), title }))
    .filter(({ startMs, endMs }) => endMs > startMs);
};

const isWhereItWas = (chapter: Chapter, before: Chapter | undefined): boolean =>
  before !== undefined &&
  Math.abs(chapter.startMs - before.startMs) <= slackMs &&
  Math.abs(chapter.endMs - before.endMs) <= slackMs;

/**
 * The chapters of an output: the source's own where they stay, made anew where the times of the film change or chapters
 * would go on behind its end, which in MP4 would decide its length.
 */
export const chapterPlan = (request: ChapterRequest): ChapterPlan => {
  const { chapters, container, inputs } = request;
  if (chapters.length === 0) return inputs > 1 ? without : asIs;
  if (!holders.has(container))
    return { ...asIs, warnings: [`${container} cannot hold the ${chapters.length} chapters`] };
  const after = movedInto(request);
  if (after.length === chapters.length && after.every((chapter, n) => isWhereItWas(chapter, chapters[n]))) return asIs;
  const lost = chapters.length - after.length;
  const warnings =
    lost === 0 ? [] : [`${lost} of ${chapters.length} chapters lie outside of the film, and are left out`];
  if (after.length === 0) return { ...without, warnings };
  return {
    input: ['-protocol_whitelist', 'file', '-f', 'ffmetadata', '-i', { scratch: fileName }],
    args: ['-map_chapters', String(inputs)],
    scratch: { [fileName]: metadataFile(after) },
    warnings,
  };
};
