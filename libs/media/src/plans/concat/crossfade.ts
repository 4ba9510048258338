import type { ConcatParams } from '@ffapi/contracts';
import { chain, filter, lastFrameStays } from '../../filtergraph/filter.ts';
import { onCanvas } from '../../canvas/canvas.ts';
import { paced } from '../../encode/constant-rate.ts';
import { paintStep } from '../../canvas/mp4.ts';
import { lasting, silence, stereo } from '../../canvas/sound.ts';
import { seconds } from '../../filtergraph/seconds.ts';
import { refusePlan } from '../plan.ts';
import type { Plan } from '../plan.ts';
import { clipInput } from './clips.ts';
import type { Clip } from './clips.ts';
import type { PiecesContext } from './pieces.ts';

type Crossfade = NonNullable<ConcatParams['crossfade']>;

/** Refuses clips that are shorter than the fades on both of their sides. */
export const checkCrossfade = (clips: readonly Clip[], { duration }: Crossfade): void => {
  for (const [n, { durationMs, label }] of clips.entries()) {
    const sides = n === 0 || n === clips.length - 1 ? 1 : 2;
    if (durationMs <= duration * 1000 * sides)
      refusePlan('param_out_of_range', `${label} lasts ${seconds(durationMs)} s: too short for its crossfades`);
  }
};

/** Length of clips that overlap. */
export const overlappedMs = (clips: readonly Clip[], { duration }: Crossfade): number =>
  clips.reduce((sum, { durationMs }) => sum + durationMs, 0) - (clips.length - 1) * duration * 1000;

const pictures = (clips: readonly Clip[], { duration, transition }: Crossfade, { canvas }: PiecesContext): string[] => {
  const each = clips.map(({ picture, durationMs }, n) => {
    const filters = [
      ...onCanvas(picture, canvas),
      ...paced(picture, canvas.fps),
      lastFrameStays,
      filter('trim', { end: seconds(durationMs) }),
      filter('settb', { expr: `1/${canvas.fps}` }),
    ];
    return `[${n}:${picture.index}]${chain(filters)}[p${n}]`;
  });
  let elapsedMs = 0;
  const fades = clips.slice(1).map((_, n) => {
    elapsedMs += (clips[n]?.durationMs ?? 0) - duration * 1000;
    const fade = filter('xfade', { transition, duration, offset: seconds(elapsedMs) });
    return `[${n === 0 ? 'p0' : `x${n}`}][p${n + 1}]${fade}[${n === clips.length - 2 ? 'picture' : `x${n + 1}`}]`;
  });
  return [...each, ...fades];
};

const sounds = (clips: readonly Clip[], { duration }: Crossfade): string[] => {
  const each = clips.map(({ facts, durationMs }, n) =>
    facts.audio[0] === undefined
      ? `${chain([silence(durationMs), ...stereo()])}[s${n}]`
      : `[${n}:${facts.audio[0].index}]${chain([...stereo(facts.audio[0]), ...lasting(durationMs)])}[s${n}]`,
  );
  const fades = clips.slice(1).map((_, n) => {
    const fade = filter('acrossfade', { d: duration });
    return `[${n === 0 ? 's0' : `y${n}`}][s${n + 1}]${fade}[${n === clips.length - 2 ? 'sound' : `y${n + 1}`}]`;
  });
  return [...each, ...fades];
};

/** All clips open at once, each fading into the next. */
export const crossfadePlan = (
  clips: readonly Clip[],
  fade: Crossfade,
  context: PiecesContext,
): Pick<Plan, 'steps'> => ({
  steps: [
    paintStep({
      inputs: clips.flatMap(clipInput),
      reads: clips.map(({ name }) => name),
      graph: [...pictures(clips, fade, context), ...(context.hasSound ? sounds(clips, fade) : [])],
      hasSound: context.hasSound,
      painter: context.painter,
      until: [],
      durationMs: context.totalMs,
    }),
  ],
});
