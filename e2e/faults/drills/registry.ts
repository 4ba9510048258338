import { badOrigin } from './bad-origin.ts';
import { brokerAway, readModelsLost, workStreamLost } from './broker.ts';
import { clocksDiffer } from './clock.ts';
import { coldStart } from './cold-start.ts';
import { blobVolumeFull, natsVolumeFull, workVolumeFull } from './disk-full.ts';
import type { Drill } from './drill.ts';
import { failPoints, someFailPoints } from './fail-points.ts';
import { orphanedBytes } from './orphans.ts';
import { powerCutApart, powerCutOfBroker, powerCutOnce, powerCutWhole } from './power-cut.ts';
import { twinsRolled } from './twins.ts';
import { cancelAtAnyMoment, poisonedWork, rollingRestart, toolCrashes, zombie, zombieAmongTheLiving } from './work.ts';

/** Every drill, by the goal it is about. */
export const drills: readonly Drill[] = [
  failPoints,
  powerCutWhole,
  powerCutApart,
  powerCutOfBroker,
  orphanedBytes,
  brokerAway,
  workStreamLost,
  readModelsLost,
  zombie,
  zombieAmongTheLiving,
  poisonedWork,
  toolCrashes,
  workVolumeFull,
  blobVolumeFull,
  natsVolumeFull,
  badOrigin,
  clocksDiffer,
  rollingRestart,
  twinsRolled,
  coldStart,
  cancelAtAnyMoment,
];

/** Short enough for every change. */
export const shortDrills: readonly Drill[] = [someFailPoints, powerCutOnce, workStreamLost, poisonedWork];
