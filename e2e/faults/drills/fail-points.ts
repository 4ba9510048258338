import type { FailPoint } from '@ffapi/fail-points';
import { pick } from '../random.ts';
import type { Stage } from '../stage.ts';
import { pointsOf } from '../strikes.ts';
import { demand, secondsSince, staged, type Drill, type DrillContext, type Figures } from './drill.ts';
import { ended, encodeOf, slowEncodeOf, submit, upload } from './orders.ts';

const counts = { storage: 1, job: 1, transcode: 1, thumbnail: 1, webhook: 1, gateway: 1 };
const endSecondsMax = 60;

interface Case {
  readonly service: string;
  readonly point: FailPoint;
}

const cases: readonly Case[] = Object.entries(pointsOf).flatMap(([service, points]) =>
  points.map((point) => ({ service, point })),
);

/** Work of every kind, for as long as it takes until the process has come to its moment. */
const workUntilStruck = async ({ client, fleet, origin, receiver }: Stage, service: string, fileId: string) => {
  const jobIds: string[] = [];
  let isStruck = false;
  const struck = fleet.struck(service).then(() => (isStruck = true));
  const hook = { webhook_url: receiver.url };
  const order = service === 'transcode' ? slowEncodeOf(fileId) : encodeOf(fileId);
  const startMs = performance.now();
  while (!isStruck) {
    demand(secondsSince(startMs) < endSecondsMax, `${service} came to the moment`);
    const batch = await Promise.all([
      submit(client, '/v1/transcode', { ...order, ...hook }),
      submit(client, '/v1/video/thumbnails', { video_url: fileId, count: 2, method: 'uniform', ...hook }),
      submit(client, '/v1/probe', { url: `${origin.url}/clip.mp4`, ...hook }),
    ]);
    jobIds.push(...batch);
    await Promise.race([struck, ended(client, batch, endSecondsMax)]);
  }
  return jobIds;
};

const dieAt = async (stage: Stage, { service, point }: Case, count: number): Promise<number> => {
  await stage.fleet.arm(service, point, count);
  const fileId = await upload(stage.client, stage.clip);
  const jobIds = await workUntilStruck(stage, service, fileId);
  const startMs = performance.now();
  const jobs = await ended(stage.client, jobIds, endSecondsMax);
  const failed = jobs.filter(({ status }) => status !== 'completed');
  if (failed.length > 0) throw new Error(`${point}: ${JSON.stringify(failed.map(({ error }) => error))}`);
  return secondsSince(startMs);
};

const run =
  (chosen: (context: DrillContext) => readonly Case[]) =>
  async (context: DrillContext): Promise<Figures> =>
    staged({ dir: context.dir, counts, clipSeconds: 2 }, async (stage) => {
      const waits: number[] = [];
      for (const each of chosen(context)) {
        const count = each.point.startsWith('projection') ? 1 + Math.floor(context.random() * 5) : 1;
        waits.push(await dieAt(stage, each, count));
        context.say(`  ${each.service} at ${each.point}:${count}, all ended ${waits.at(-1)} s later`);
      }
      return { deaths: waits.length, endSecondsMax: Math.max(...waits) };
    });

const promise = 'a process that dies at a named moment loses nothing, repeats nothing, and its work ends completed';

/** Every service dies at every moment that it has. */
export const failPoints: Drill = { name: 'R1-R7', promise, run: run(() => cases) };

/** Each service dies at one moment, drawn by the seed. */
export const someFailPoints: Drill = {
  name: 'R1-R7/some',
  promise,
  run: run(({ random }) =>
    Object.entries(pointsOf).map(([service, points]) => ({
      service,
      point: pick(random, points as [FailPoint, ...FailPoint[]]),
    })),
  ),
};
