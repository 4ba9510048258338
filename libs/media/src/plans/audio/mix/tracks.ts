import type { MixParams } from '@ffapi/contracts';
import { inputAt } from '@ffapi/contracts';
import { parseExtent } from '../../../sound/extent.ts';
import { soundSource } from '../../../sound/source.ts';
import type { SoundSource } from '../../../sound/source.ts';
import type { PlanInput } from '../../plan.ts';

export const mixRateHz = 48_000;

export interface MixTrack {
  readonly source: SoundSource;
  readonly settings: MixParams['tracks'][number];
  /** Seconds the track has of itself. */
  readonly ownSeconds: number;
  /** Seconds of it that are heard, its repetitions included. */
  readonly playedSeconds: number;
}

export interface Timeline {
  readonly tracks: readonly MixTrack[];
  readonly seconds: number;
}

export const sourcesOf = (params: MixParams, facts: PlanInput<never>['facts']): SoundSource[] =>
  params.tracks.map((_, n) => soundSource(facts, inputAt('tracks', n, 'url')));

/** The name under which a track's length is captured. */
export const extentName = (n: number): string => `extent${n}`;

const lengthOf = (ends: readonly number[], duration: MixParams['duration']): number => {
  if (duration === 'first') return ends[0] ?? 0;
  const real = ends.filter(Number.isFinite);
  return duration === 'longest' ? Math.max(...real) : Math.min(...real);
};

/** Who is heard when; a track that would begin behind the end is left out with a warning. */
export const timelineOf = (
  params: MixParams,
  sources: readonly SoundSource[],
  measured: PlanInput<never>['measured'],
  warn: (text: string) => void,
): Timeline => {
  const own = sources.map((source, n) => parseExtent(source, measured[extentName(n)]) / source.sound.sampleRateHz);
  const ends = params.tracks.map(({ offset, loop }, n) => (loop ? Number.POSITIVE_INFINITY : offset + (own[n] ?? 0)));
  const seconds = lengthOf(ends, params.duration);
  const tracks = params.tracks.flatMap((settings, n): MixTrack[] => {
    const source = sources[n];
    const ownSeconds = own[n] ?? 0;
    const left = seconds - settings.offset;
    if (source === undefined || left <= 0) {
      warn(`track ${n} begins after the end of the mix and is left out`);
      return [];
    }
    return [{ source, settings, ownSeconds, playedSeconds: settings.loop ? left : Math.min(left, ownSeconds) }];
  });
  return { tracks, seconds };
};
