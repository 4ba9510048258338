import { containerRules } from '@ffapi/contracts';
import type { TranscodeIntent, VideoCodec } from '@ffapi/contracts';
import { ratio } from '../facts/media-facts.ts';
import type { AudioFacts } from '../facts/media-facts.ts';
import { rateText } from '../facts/exact-rate.ts';
import { filter } from '../filtergraph/filter.ts';
import { paced } from './constant-rate.ts';
import { seconds } from '../filtergraph/seconds.ts';
import { soundFrom } from '../sound/from-moment.ts';
import { leadSeconds } from '../sound/encoders.ts';
import type { AudioChoice } from './audio-encoder.ts';
import type { PicturePlan } from './file-picture.ts';
import { commonBeginMs, heldFilters, lastSound, soundEndMs, startToleranceMs } from './begins-together.ts';
import type { Selection } from './sources.ts';
import { rateFor } from './steady-rate.ts';

const paceOf = ({ container }: TranscodeIntent) => containerRules[container].pace;

/** A rate as people write it. */
const shown = (fps: number): string => String(Number(fps.toFixed(3)));

/** The intent with the one rate that a container without times gives its pictures; says where it is another. */
export const withSteadyRate = (
  { picture }: Selection,
  intent: TranscodeIntent,
  warn: (text: string) => void,
): TranscodeIntent => {
  const { container, video, fps: asked } = intent;
  if (paceOf(intent) === undefined || picture === null || video === 'copy') return intent;
  const fps = ratio(rateFor(video as VideoCodec, picture, asked));
  const wanted = asked ?? ratio(picture.fps);
  if (asked === null && picture.isVfr)
    warn(`${container} has one rate: a variable rate, ${shown(wanted)} on average, becomes ${shown(fps)}`);
  else if (Math.abs(fps - wanted) > 0.002 * wanted)
    warn(`${video} in ${container} cannot have ${shown(wanted)} frames a second, and gets ${shown(fps)}`);
  return { ...intent, fps };
};

/**
 * Filters that give the picture its rate from the common beginning on, and have it stand while sound goes on where each
 * piece of it needs a picture; `null`: the container has times.
 */
export const pacedPicture = (selection: Selection, intent: TranscodeIntent): string[] | null => {
  const { picture, sound } = selection;
  if (paceOf(intent) === undefined || picture === null || intent.fps === null) return null;
  return [
    ...paced(picture, rateText(intent.fps), commonBeginMs(selection)),
    ...(paceOf(intent) === 'packages' ? heldFilters(picture, lastSound(sound)) : []),
  ];
};

/** When sound begins: with the picture, which as a copy keeps its place in the file. */
export const soundBeginMs = (selection: Selection, picture: PicturePlan | null): number =>
  picture?.framed === null ? 0 : commonBeginMs(selection);

/** FFmpeg leaves out the pictures behind the end of a shorter track: silence goes on behind the last of them. */
const behindEndMs = 100;

/** Filters that begin sound with the picture: what comes before, and what an encoder puts in front, is not there. */
export const pacedSound = (
  choice: AudioChoice,
  { durationMs }: Selection,
  beginMs: number,
  intent: TranscodeIntent,
): string[] => {
  if (paceOf(intent) === undefined || choice.kind === 'copy') return [];
  const lead = leadSeconds(choice);
  return [
    ...soundFrom(beginMs),
    ...(lead === 0 ? [] : [filter('atrim', { start: lead.toFixed(6) })]),
    ...(paceOf(intent) === 'packages' && durationMs !== null
      ? [filter('apad', { whole_dur: seconds(durationMs + behindEndMs) })]
      : []),
  ];
};

/** Half a frame of the fastest common rate. */
const shortMsMax = 8;

/** Why a track would be out of step as a copy; null where it would not. */
export const whyOutOfStep = (
  sound: AudioFacts,
  { durationMs }: Selection,
  beginMs: number,
  intent: TranscodeIntent,
): string | null => {
  const pace = paceOf(intent);
  if (pace === undefined) return null;
  const { container } = intent;
  if (Math.abs(sound.startMs - beginMs) > startToleranceMs)
    return `it begins apart from the picture, and ${container} has no times`;
  const isShort = durationMs === null || beginMs + durationMs - soundEndMs(sound) > shortMsMax;
  return pace === 'packages' && isShort ? `it ends before the picture, which ${container} would cut there` : null;
};
