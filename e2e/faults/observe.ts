import { setTimeout as delay } from 'node:timers/promises';
import type { Client, Job } from './client.ts';
import { blobsIn, tempsIn } from './disk.ts';
import { cleanUp, type Fleet } from './fleet.ts';
import type { Note } from './recorder.ts';
import { hasEnded } from './workload.ts';

const quietMs = 60_000;
const statuses = ['queued', 'running', 'completed', 'failed', 'cancelled'];

/** When storage removes what nothing names: after its grace, at the next look, which a restart may put off. */
const orphanGraceSeconds = cleanUp.graceSeconds + cleanUp.intervalSeconds + 15;

/** Waits until every job has ended and every ending was told, and gives the jobs. */
export const quiet = async (client: Client, told: ReadonlySet<string>): Promise<Job[]> => {
  const deadlineMs = performance.now() + quietMs;
  for (;;) {
    const jobs = await client.jobs();
    const isQuiet = jobs?.every((job) => hasEnded(job) && (job.webhook_url === null || told.has(job.job_id)));
    if (jobs && (isQuiet || performance.now() > deadlineMs)) return jobs;
    if (performance.now() > deadlineMs + quietMs) throw new Error('the list of jobs cannot be read');
    await delay(500);
  }
};

const listCounts = async (client: Client): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const status of statuses) {
    const jobs = await client.jobs(`&status=${status}`);
    if (jobs && jobs.length > 0) counts[status] = jobs.length;
  }
  return counts;
};

interface Analytics {
  readonly buckets: readonly Readonly<Record<'submitted' | 'completed' | 'failed' | 'cancelled', number>>[];
}

const analyticsCounts = async (client: Client): Promise<Record<string, number>> => {
  const answer = await client.call<Analytics>('GET', '/v1/jobs/analytics');
  const buckets = answer?.status === 200 ? answer.body.buckets : [];
  return Object.fromEntries(
    (['submitted', 'completed', 'failed', 'cancelled'] as const).map((name) => [
      name,
      buckets.reduce((sum, bucket) => sum + bucket[name], 0),
    ]),
  );
};

const noteList = (jobs: readonly Job[], note: Note): void =>
  note({
    kind: 'list',
    jobs: jobs.map(({ job_id: jobId, status, outputs }) => ({
      jobId,
      status,
      outputs: outputs.map(({ file_id: fileId, size_bytes: sizeBytes, sha256 }) => ({ fileId, sizeBytes, sha256 })),
    })),
  });

/** Puts on record what the platform shows and holds once it is quiet: jobs, counts, outputs, files. */
export const observe = async (fleet: Fleet, client: Client, told: ReadonlySet<string>, note: Note): Promise<void> => {
  const jobs = await quiet(client, told);
  noteList(jobs, note);
  note({ kind: 'counts', by: 'list', counts: await listCounts(client) });
  note({ kind: 'counts', by: 'analytics', counts: await analyticsCounts(client) });
  for (const output of jobs.flatMap(({ outputs }) => outputs)) await client.download(output);
  note({
    kind: 'disk',
    blobs: fleet.dataDirs.flatMap(({ dir }) => blobsIn(dir)),
    temps: fleet.dataDirs.flatMap(({ name, dir }) => tempsIn(name, dir)),
    orphanGraceSeconds,
  });
};
