import { ffmpegGlobals, guardedInput } from '../../argv/guard.ts';
import type { Token } from '../../argv/token.ts';
import { cuesMax, cuesUntil, hasText, shiftCues } from '../../cues/cue.ts';
import type { Cue } from '../../cues/cue.ts';
import { keptIn, parseCues, writeCues } from '../../cues/cue-sheet.ts';
import type { MediaFacts, SubtitleFacts } from '../../facts/media-facts.ts';
import { trackLabels } from '../../ladder/track-labels.ts';
import type { CaptionTrack, Plan } from '../plan.ts';
import { lettersMax, trackWriter, writtenBytesMax } from '../../cues/track-text.ts';
import { textCodecs } from '../../encode/subtitles.ts';

const tracksMax = 16;

const isText = ({ codec }: SubtitleFacts): boolean => textCodecs.includes(codec);

/** Tracks whose text a ladder can have beside it. */
export const captionStreams = (facts: MediaFacts): readonly SubtitleFacts[] =>
  facts.subtitles.filter(isText).slice(0, tracksMax);

const captureName = (n: number): string => `captions-${n}`;

/** Reads the text of all tracks in one go. */
export const readCaptions = (facts: MediaFacts, streams: readonly SubtitleFacts[]): Plan => ({
  kind: 'measure',
  device: 'cpu',
  steps: [
    {
      id: 'captions',
      tool: 'ffmpeg',
      argv: [
        ...ffmpegGlobals,
        ...guardedInput('source', facts.demuxer),
        ...streams.flatMap(({ index, codec }, n): Token[] => [
          '-map',
          `0:${index}`,
          ...trackWriter(codec),
          '-fs',
          String(writtenBytesMax),
          { scratch: `${captureName(n)}.txt` },
        ]),
      ],
      reads: ['source'],
      writes: [],
      weight: 1,
      expectedDurationMs: facts.durationMs ?? 0,
      // A film is worth more than its subtitles.
      mayFail: true,
      capture: streams.map((_, n) => ({ name: captureName(n), from: { scratch: `${captureName(n)}.txt` } })),
    },
  ],
  outputs: [],
  warnings: [],
  estimate: { durationMs: 500 },
  measureShare: 0.05,
});

/** Whether the text of the tracks was read. */
export const hasRead = (measured: Readonly<Record<string, unknown>>): boolean => captureName(0) in measured;

const purposeOf = ({ isForced, isForDeaf }: SubtitleFacts): 'forced' | 'deaf' | undefined =>
  isForced ? 'forced' : isForDeaf ? 'deaf' : undefined;

/** The first keeps the plain name, as with sound. */
const nameOf = (n: number): string => (n === 0 ? 'subtitles' : `subtitles-${n + 1}`);

interface Read {
  readonly stream: SubtitleFacts;
  readonly cues: readonly Cue[];
  readonly head: string | undefined;
}

/** Why a track is no use; null when it is. */
const whyNot = (text: string, cues: readonly Cue[]): string | null => {
  if (text.length > lettersMax || cues.length > cuesMax) return 'it has too much text';
  return cues.length === 0 ? 'it holds no text' : null;
};

export interface LadderSpan {
  readonly beginMs: number;
  readonly durationMs: number | null;
}

/** The tracks of text as WebVTT, on the ladder's clock; says which are left out. */
export const ladderCaptions = (
  facts: MediaFacts,
  measured: Readonly<Record<string, unknown>>,
  { beginMs, durationMs }: LadderSpan,
  warn: (text: string) => void,
): CaptionTrack[] => {
  const streams = captionStreams(facts);
  const pictures = facts.subtitles.filter((stream) => !isText(stream));
  for (const { index, codec } of pictures) warn(`subtitle track ${index} is left out: ${codec} is no text`);
  const others = facts.subtitles.length - pictures.length - streams.length;
  if (others > 0) warn(`${others} subtitle tracks left out: a ladder has ${tracksMax} at most`);
  const read = streams.flatMap((stream, n): Read[] => {
    const text = String(measured[captureName(n)] ?? '');
    const sheet = text.length > lettersMax ? null : parseCues(text);
    const shifted = shiftCues(sheet?.cues ?? [], -beginMs).filter(hasText);
    const cues = durationMs === null ? shifted : cuesUntil(shifted, durationMs);
    const why = whyNot(text, cues);
    if (why !== null || sheet === null) {
      warn(`subtitle track ${stream.index} is left out: ${why}`);
      return [];
    }
    if (text.includes('\ufffd')) warn(`subtitle track ${stream.index} is not in UTF-8: letters are lost`);
    return [{ stream, cues, head: keptIn(sheet, 'vtt').head }];
  });
  const names = read.map((_, n) => nameOf(n));
  const labels = trackLabels(
    read.map(({ stream }) => {
      const { language, title } = stream;
      const purpose = purposeOf(stream);
      return { language, ...(title === undefined ? {} : { title }), ...(purpose ? { purpose } : {}) };
    }),
    names,
    'none',
  );
  return read.flatMap(({ cues, head }, n) => {
    const [name, label] = [names[n], labels[n]];
    if (name === undefined || label === undefined) return [];
    const lasts = durationMs ?? Math.max(...cues.map(({ endMs }) => endMs));
    return [{ name, label, durationMs: lasts, text: writeCues(cues, 'vtt', head) }];
  });
};
