import { filter } from '../../filtergraph/filter.ts';
import { soundFrom } from '../../sound/from-moment.ts';
import { refusePlan } from '../plan.ts';
import type { FilterForms, PictureState } from './applied.ts';

const fades = (name: 'fade' | 'afade', into: number, outOf: number, lengthSeconds: number): string[] => [
  ...(into === 0 ? [] : [filter(name, { type: 'in', start_time: 0, duration: into })]),
  ...(outOf === 0
    ? []
    : [filter(name, { type: 'out', start_time: (lengthSeconds - outOf).toFixed(3), duration: outOf })]),
];

/** One atempo changes speed by two at most without losing sound. */
const tempos = (factor: number): string[] => {
  const count = Math.max(1, Math.ceil(Math.abs(Math.log2(factor)) - 1e-9));
  return Array.from({ length: count }, () => filter('atempo', { tempo: (factor ** (1 / count)).toFixed(6) }));
};

const timed = (picture: PictureState, factor: number): Partial<PictureState> => {
  const durationMs = picture.durationMs === null ? null : picture.durationMs / factor;
  const slower = { num: Math.round(picture.fps.num * factor * 1000), den: picture.fps.den * 1000 };
  return {
    durationMs,
    tempo: picture.tempo * factor,
    fps: factor < 1 && !picture.isVfr ? slower : picture.fps,
    frames: picture.frames === null || factor < 1 ? picture.frames : Math.round(picture.frames / factor),
  };
};

export const timingForms: FilterForms<'fade' | 'speed'> = {
  fade: ({ in: into, out: outOf }, { picture }) => {
    const { durationMs } = picture;
    const seconds =
      durationMs === null
        ? refusePlan('param_conflict', 'the file does not say how long it is, so nothing can fade at its end')
        : durationMs / 1000;
    if (into + outOf > seconds)
      refusePlan('param_out_of_range', `fades of ${into} s and ${outOf} s do not fit into ${seconds.toFixed(3)} s`);
    return { filters: fades('fade', into, outOf, seconds), sound: fades('afade', into, outOf, seconds) };
  },
  speed: ({ factor }, { picture }) => {
    if (factor === 1) return { filters: [] };
    if (picture.durationMs === null) refusePlan('param_conflict', 'a still picture has no speed');
    const changes = timed(picture, factor);
    const { num, den } = changes.fps ?? picture.fps;
    // The encoder counts time in frames: without the new rate, slower frames would fall onto the old one's grid.
    const rate = picture.isVfr || num === 0 ? [] : [filter('fps', { fps: `${num}/${den}` })];
    return {
      filters: [filter('setpts', { expr: `PTS/${factor}` }), ...rate],
      sound: [...soundFrom(), ...tempos(factor)],
      changes,
    };
  },
};
