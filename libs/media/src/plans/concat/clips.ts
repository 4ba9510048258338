import { inputAt } from '@ffapi/contracts';
import type { ConcatParams } from '@ffapi/contracts';
import { guardedInput } from '../../argv/guard.ts';
import type { Token } from '../../argv/token.ts';
import { beginningMs, endMsOf } from '../../facts/media-facts.ts';
import type { MediaFacts, VideoFacts } from '../../facts/media-facts.ts';
import { pictureIn } from '../../canvas/canvas.ts';
import type { Canvas } from '../../canvas/canvas.ts';
import { framesIn } from '../../canvas/mp4.ts';
import { seconds } from '../../filtergraph/seconds.ts';
import { refusePlan } from '../plan.ts';

/** One clip of a concatenation, with the part of it that is taken. */
export interface Clip {
  readonly name: string;
  readonly label: string;
  readonly facts: MediaFacts;
  readonly picture: VideoFacts;
  /** After the start of its file. */
  readonly startMs: number;
  readonly isWhole: boolean;
  /** Of the part, in whole frames of the canvas. */
  readonly frames: number;
  readonly durationMs: number;
}

const partOf = (label: string, wholeMs: number, start: number | undefined, end: number | undefined) => {
  const startMs = Math.round((start ?? 0) * 1000);
  const endMs = Math.min(end === undefined ? wholeMs : Math.round(end * 1000), wholeMs);
  if (endMs <= startMs) refusePlan('param_out_of_range', `${label} begins after the clip ends (${seconds(wholeMs)} s)`);
  return { startMs, lengthMs: endMs - startMs };
};

/** The clips in order; refuses where one cannot be shown. */
export const clipsOf = (
  { clips, urls }: ConcatParams,
  facts: Readonly<Record<string, MediaFacts>>,
  canvas: Canvas,
): Clip[] =>
  (clips ?? urls ?? []).map((clip, n) => {
    const { start, end } = typeof clip === 'string' ? {} : clip;
    const place = clips === undefined ? ['urls', n] : typeof clip === 'string' ? ['clips', n] : ['clips', n, 'url'];
    const name = inputAt(...place);
    const label = place.join('/');
    const media = facts[name] ?? refusePlan('media_unreadable', `${label} is missing`);
    const picture = pictureIn(media, label);
    const beginMs = beginningMs([picture, media.audio[0]]);
    const endMs = endMsOf(picture, media.audio[0]);
    const wholeMs = endMs === null ? (media.durationMs ?? 0) : endMs - beginMs;
    if (wholeMs === 0) refusePlan('media_unreadable', `${label} does not say how long it is`);
    const { startMs, lengthMs } = partOf(label, wholeMs, start, end);
    const frames = framesIn(lengthMs, canvas);
    return {
      name,
      label,
      facts: media,
      picture,
      startMs: beginMs + startMs,
      isWhole: start === undefined && end === undefined,
      frames,
      durationMs: (frames / canvas.fps) * 1000,
    };
  });

/** The clip as an input that begins where its part does. */
export const clipInput = ({ name, facts, startMs }: Clip): Token[] =>
  guardedInput(name, facts.demuxer, startMs === 0 ? [] : ['-ss', seconds(startMs)]);
