import { commandOf, type Lane, type LaneSet } from './lanes.ts';

export class UnknownLane extends Error {
  override readonly name = 'UnknownLane';
}

const sets = Object.keys(commandOf) as LaneSet[];

/** The lanes of the set that stands first; of all there are, those that are named behind it. */
export const chosenLanes = (lanes: readonly Lane[], [set, ...names]: readonly string[]): readonly Lane[] => {
  const asked = sets.find((each) => each === set);
  if (asked === undefined) throw new UnknownLane(`there is no set of lanes ${set}; there are: ${sets.join(', ')}`);
  const unknown = names.filter((name) => !lanes.some((lane) => lane.name === name));
  if (unknown.length > 0)
    throw new UnknownLane(
      `there is no lane ${unknown.join(', ')}; there are: ${lanes.map(({ name }) => name).join(', ')}`,
    );
  return lanes.filter((lane) => (names.length > 0 ? names.includes(lane.name) : lane.sets.includes(asked)));
};
