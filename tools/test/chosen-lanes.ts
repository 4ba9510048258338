import type { Lane } from './lanes.ts';

export class UnknownLane extends Error {
  override readonly name = 'UnknownLane';
}

/** The lanes that are named; without a name the fast ones, with `--slow` the slow ones. */
export const chosenLanes = (lanes: readonly Lane[], argv: readonly string[]): readonly Lane[] => {
  const names = argv.filter((each) => each !== '--slow');
  const unknown = names.filter((name) => !lanes.some((lane) => lane.name === name));
  if (unknown.length > 0)
    throw new UnknownLane(
      `there is no lane ${unknown.join(', ')}; there are: ${lanes.map(({ name }) => name).join(', ')}`,
    );
  const set = argv.includes('--slow') ? 'slow' : 'fast';
  return lanes.filter((lane) => (names.length > 0 ? names.includes(lane.name) : lane.set === set));
};
