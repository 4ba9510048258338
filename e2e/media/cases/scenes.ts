import { smallFilm } from '../material.ts';
import { together, within } from '../measured-case.ts';
import type { MeasuredCase, Verdict } from '../measured-case.ts';
import { means } from '../picture-measures.ts';
import { readList, sceneList } from '../scene-list.ts';
import type { Change } from '../scene-list.ts';

interface Found {
  readonly scenes: readonly { readonly timestamp: number; readonly duration: number }[];
  readonly thumbnails: readonly { readonly name: string; readonly timestamp: number }[];
}

const cutTolerance = 0.12;
/** A slow change has no instant of its own: any within it, and a little beside, is right. */
const slowTolerance = 0.25;

/** Harmonic mean of precision and recall; what belongs to changes of the other kind is not held against this one. */
const f1 = (
  truth: readonly Change[],
  found: readonly number[],
  others: readonly Change[],
  tolerance: number,
): number => {
  const isNear = (change: Change, time: number, slack: number): boolean =>
    time >= change.from - slack && time <= change.to + slack;
  const own = found.filter((time) => !others.some((change) => isNear(change, time, slowTolerance)));
  const hits = truth.filter((change) => found.some((time) => isNear(change, time, tolerance))).length;
  const wrong = own.filter((time) => !truth.some((change) => isNear(change, time, tolerance))).length;
  const twice = truth.reduce(
    (sum, change) => sum + Math.max(0, own.filter((time) => isNear(change, time, tolerance)).length - 1),
    0,
  );
  return (2 * hits) / (hits + wrong + twice + truth.length);
};

const listCase = (name: string, list: 'first' | 'second'): MeasuredCase => ({
  name,
  operation: 'video.scenes',
  params: { min_scene_duration: 0.5 },
  inputs: async (material) => ({ source: await sceneList(material, list) }),
  measure: async ({ outcome }) => {
    const { cuts, gradual } = readList(list);
    const { scenes } = outcome.plan.result as unknown as Found;
    const found = scenes.slice(1).map(({ timestamp }) => timestamp);
    return within({
      cuts: [f1(cuts, found, gradual, cutTolerance), 0.95, 1],
      gradual: [f1(gradual, found, cuts, slowTolerance), 0.8, 1],
      found: [found.length, 1, 100],
    });
  },
});

/** Cuts and slow changes at known times, and the cuts of the film itself. */
export const sceneCases: readonly MeasuredCase[] = [
  listCase('list of film and painted pieces', 'first'),
  listCase('another list', 'second'),
  {
    name: 'the film’s own cuts, each with a still',
    operation: 'video.scenes',
    params: {},
    inputs: async (material) => ({ source: await smallFilm(material) }),
    measure: async ({ outcome, path }) => {
      const { scenes, thumbnails } = outcome.plan.result as unknown as Found;
      const wanted = [0, 11.875, 15.75, 23.042];
      const verdicts: Verdict[] = [within({ scenes: [scenes.length, wanted.length, wanted.length] })];
      for (const [n, time] of wanted.entries())
        verdicts.push(within({ [`cut ${n}`]: [scenes[n]?.timestamp ?? -1, time - cutTolerance, time + cutTolerance] }));
      for (const { name } of thumbnails)
        verdicts.push(within({ [name]: [(await means(path(name))).YAVG ?? 0, 20, 235] }));
      return together(...verdicts);
    },
  },
];
