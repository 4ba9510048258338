import { availableParallelism } from 'node:os';
import { ask } from '../kit/request.ts';
import type { Child } from '../kit/child.ts';
import { startPeer } from '../kit/peer.ts';
import type { Metrics } from '../kit/rounds.ts';
import type { Fleet } from './fleet.ts';
import { outcomeOf, resumedAfterMs, untilRunning } from './outcome.ts';

export interface Work {
  /** Takes long enough to be killed in the middle of it. */
  readonly encode: unknown;
  /** Is over soon. */
  readonly remux: unknown;
}

/** As many as a worker has slots (WORKER_CONCURRENCY): what it had in hand must not wait behind others. */
const jobsAtOnce = Math.min(4, availableParallelism());
const posters = 4;

const submitMany = (fleet: Fleet, body: unknown, count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, async () => (await fleet.gateway().submit('/v1/transcode', body)).job_id));

/** Kills the worker in the middle of its tasks. */
export const killWorker = async (fleet: Fleet, { encode }: Work): Promise<Metrics> => {
  const jobIds = await submitMany(fleet, encode, jobsAtOnce);
  await untilRunning(fleet.connection, jobIds);
  const { killedAtMs } = await fleet.kill('worker');
  const { lost, duplicates, stories } = await outcomeOf(fleet.connection, jobIds);
  return { resumeMs: resumedAfterMs(stories, killedAtMs) ?? Number.NaN, lost, duplicates };
};

/** Kills the broker while tasks run: from the kill to the next event that is stored. */
export const killNats = async (fleet: Fleet, { encode }: Work): Promise<Metrics> => {
  const jobIds = await submitMany(fleet, encode, jobsAtOnce);
  await untilRunning(fleet.connection, jobIds);
  const { killedAtMs } = await fleet.kill('nats');
  const { lost, duplicates, stories } = await outcomeOf(fleet.connection, jobIds);
  const after = stories
    .flat()
    .map(({ storedAtMs }) => storedAtMs)
    .filter((atMs) => atMs > killedAtMs);
  return { resumeMs: Math.min(...after) - killedAtMs, lost, duplicates };
};

/** Kills the gateway while clients post, and go on posting: from the kill to the next 202. */
export const killGateway = async (fleet: Fleet, { remux }: Work): Promise<Metrics> => {
  const accepted: { jobId: string; atMs: number }[] = [];
  let isOver = false;
  const poster = async (): Promise<void> => {
    while (!isOver) {
      // An answer that never came promises nothing.
      const job = await fleet
        .gateway()
        .submit('/v1/transcode', remux)
        .catch(() => null);
      if (job) accepted.push({ jobId: job.job_id, atMs: performance.timeOrigin + performance.now() });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const posting = Promise.all(Array.from({ length: posters }, poster));
  while (accepted.length < posters) await new Promise((resolve) => setImmediate(resolve));
  const { killedAtMs } = await fleet.kill('gateway');
  const next = (): { atMs: number } | undefined => accepted.find(({ atMs }) => atMs > killedAtMs);
  while (!next()) await new Promise((resolve) => setTimeout(resolve, 10));
  isOver = true;
  await posting;
  const { lost, duplicates } = await outcomeOf(
    fleet.connection,
    accepted.map(({ jobId }) => jobId),
  );
  return { resumeMs: (next()?.atMs ?? Number.NaN) - killedAtMs, lost, duplicates };
};

/** Kills a BullMQ worker in the middle of a job: from the kill to its start in another process. */
export const killQueueWorker = async (redisPort: number, silentMs: number): Promise<Metrics> => {
  const start = (): Promise<Child> => startPeer('bullmq-stall.ts', String(redisPort), String(silentMs));
  const first = await start();
  await ask(first, { add: true });
  const gone = new Promise((resolve) => first.process.once('exit', resolve));
  const killedAtMs = performance.timeOrigin + performance.now();
  first.process.kill('SIGKILL');
  await gone;
  const second = await start();
  const { startedAtMs } = await new Promise<{ startedAtMs: number }>((resolve) =>
    second.process.once('message', (message) => resolve(message as { startedAtMs: number })),
  );
  await second.stop();
  return { resumeMs: startedAtMs - killedAtMs };
};
