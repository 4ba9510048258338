import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeDisk, missingForDisks, mountDisk } from '@ffapi/testkit';
import { serviceNames } from '../../service-names.ts';
import { wholePlatform, type PowerCut } from '../fleet.ts';
import { pick } from '../random.ts';
import { CannotBeStaged, secondsSince, staged, type Drill, type DrillContext, type Figures } from './drill.ts';
import { copyOf, encodeOf, ended, slowEncodeOf, submit, upload } from './orders.ts';

const diskMiB = 1024;
const clients = 4;
/** More than the platform can have in work, and no more than it can end in time on two cores. */
const jobsPerCut = 30;
/** All that was taken must have ended so long after everything is started again. */
const endSecondsMax = 60;

const everyService = Object.fromEntries(serviceNames.map((name) => [name, 1]));

interface Shape {
  readonly counts: Readonly<Record<string, number>>;
  readonly cuts: number;
  /** What loses its power; the disk is the broker's alone where it is that. */
  readonly of?: PowerCut['of'];
}

const cutAgainAndAgain = async (
  { dir, random, say }: DrillContext,
  { counts, cuts, of = 'everything' }: Shape,
): Promise<Figures> => {
  const missing = missingForDisks(dir);
  if (missing) throw new CannotBeStaged(missing);
  const volume = of === 'everything' ? 'fleet' : 'fleet/nats';
  mkdirSync(join(dir, 'fleet'));
  let disk = makeDisk(dir, volume, diskMiB);
  const unmount = (): void => disk.unmount();
  process.once('exit', unmount);
  try {
    return await staged({ dir, counts, env: { JOB_RETRY_DELAY: '1' } }, async ({ client, clip, fleet, receiver }) => {
      let slowest = 0;
      let taken = 0;
      for (let cut = 1; cut <= cuts; cut++) {
        const fileId = await upload(client, clip);
        const over = new AbortController();
        const jobIds: string[] = [];
        const order = async (): Promise<void> => {
          while (!over.signal.aborted && jobIds.length < jobsPerCut) {
            const body = pick(random, [copyOf, copyOf, copyOf, encodeOf, slowEncodeOf])(fileId);
            jobIds.push(await submit(client, '/v1/transcode', { ...body, webhook_url: receiver.url }));
          }
        };
        const ordering = Promise.all(Array.from({ length: clients }, order));
        await delay(500 + random() * 2_500);
        // What is answered from now on is answered by the platform that comes back.
        over.abort();
        await fleet.cutPower({
          of,
          copyDisk: () => disk.copy(join(dir, 'cut.img')),
          swap: () => {
            disk.unmount();
            renameSync(join(dir, 'cut.img'), join(dir, `${volume}.img`));
            disk = mountDisk(join(dir, `${volume}.img`), join(dir, volume));
          },
        });
        const startMs = performance.now();
        await ordering;
        await ended(client, jobIds, endSecondsMax);
        const seconds = secondsSince(startMs);
        slowest = Math.max(slowest, seconds);
        taken += jobIds.length;
        say(`  cut ${cut}: ${jobIds.length} jobs taken, all ended ${seconds} s after the start`);
      }
      return { cuts, taken, endSecondsMax: slowest };
    });
  } finally {
    process.off('exit', unmount);
    unmount();
  }
};

/** R2, every service in one process. */
export const powerCutWhole: Drill = {
  name: 'R2',
  promise: `20 power cuts under load: every job that was taken ends, once, within ${endSecondsMax} s of the start`,
  run: (context) => cutAgainAndAgain(context, { counts: { [wholePlatform]: 1 }, cuts: 20 }),
};

/** R2, every service a process of its own. */
export const powerCutApart: Drill = {
  name: 'R2/processes',
  promise: `20 power cuts of separate processes: every job that was taken ends, once, within ${endSecondsMax} s of the start`,
  run: (context) => cutAgainAndAgain(context, { counts: everyService, cuts: 20 }),
};

/** R2, where the broker is on a machine of its own. */
export const powerCutOfBroker: Drill = {
  name: 'R2/broker',
  promise: `20 power cuts of the broker alone: every job that was taken ends, once, within ${endSecondsMax} s of its return`,
  run: (context) => cutAgainAndAgain(context, { counts: everyService, cuts: 20, of: 'broker' }),
};

/** R2, short. */
export const powerCutOnce: Drill = {
  name: 'R2/short',
  promise: 'two power cuts under load: every job that was taken ends, once',
  run: (context) => cutAgainAndAgain(context, { counts: { [wholePlatform]: 1 }, cuts: 2 }),
};
