import type { NatsConnection } from '@nats-io/transport-node';
import { ask } from '../kit/request.ts';
import type { Child } from '../kit/child.ts';
import type { Metrics } from '../kit/rounds.ts';
import { quantile } from '../kit/statistics.ts';

/** Where progress is told and where it is watched: the platform, or the least that could do it. */
export interface Watched {
  readonly listeners: Child;
  readonly pathOf: (jobId: string) => string;
  readonly subjectOf: (jobId: string) => string;
}

/** A client is told twice a second at most. */
const everyMs = 550;

const nowMs = (): number => performance.timeOrigin + performance.now();

let percent = 0;

/** A frame as a worker tells it; when it was told stands where a speed would. */
const frameOf = (jobId: string): string =>
  JSON.stringify({
    jobId,
    n: 0,
    attempt: 1,
    percent: (percent += 0.0001),
    fps: null,
    speed: nowMs(),
    etaSeconds: null,
    stage: 'encode',
    at: new Date().toISOString(),
  });

/** Opens the streams, tells each job's progress a few times at the pace of a worker, and says how late it came. */
export const watchJobs = async (
  { listeners, pathOf, subjectOf }: Watched,
  nats: NatsConnection,
  { jobIds, perJob, frames }: { jobIds: readonly string[]; perJob: number; frames: number },
): Promise<Metrics> => {
  const paths = jobIds.flatMap((jobId) => Array.from({ length: perJob }, () => pathOf(jobId)));
  await ask(listeners, { open: paths });
  for (let i = 0; i < frames; i++) {
    for (const jobId of jobIds) nats.publish(subjectOf(jobId), frameOf(jobId));
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  const delaysMs = await ask<number[]>(listeners, { collect: true });
  // Of two frames that reach a busy gateway closer together the second is not told.
  if (delaysMs.length < (frames * paths.length) / 2)
    throw new Error(`of ${frames * paths.length} frames ${delaysMs.length} came`);
  await ask(listeners, { close: true });
  return { p50Ms: quantile(delaysMs, 0.5), p99Ms: quantile(delaysMs, 0.99) };
};
