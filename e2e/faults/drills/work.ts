import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { serviceNames } from '../../service-names.ts';
import { descendants } from '../../descendants.ts';
import type { Client } from '../client.ts';
import { commandsNaming } from '../orphans.ts';
import type { Stage } from '../stage.ts';
import { demand, secondsSince, staged, until, type Drill } from './drill.ts';
import { copyOf, encodeOf, ended, longEncodeOf, slowEncodeOf, submit, upload } from './orders.ts';

const counts = { storage: 1, job: 2, transcode: 2, thumbnail: 1, webhook: 1, gateway: 1 };

/** The shape of a cluster, but that job and transcode are there twice: somebody has to take over. */
const oneOfEach = { ...Object.fromEntries(serviceNames.map((name) => [name, 1])), ...counts };

const workers = ({ fleet }: Stage) => fleet.processes.filter(({ name }) => name.startsWith('transcode'));

/** The worker that has this job's tool running. */
const encoding = (stage: Stage, jobId: string): Promise<{ name: string; pid: number; tool: number }> =>
  until('the encode has begun', 30, () => {
    for (const worker of workers(stage))
      for (const tool of descendants(worker.pid, 'ffmpeg'))
        if (commandsNaming(jobId).length > 0) return { ...worker, tool };
    return null;
  });

type Past = {
  readonly data: readonly {
    readonly type: string;
    readonly data: { readonly attempt?: number; readonly worker?: string; readonly error?: { readonly code: string } };
  }[];
};

/** The worker that has started this attempt. */
const startOf = (client: Client, jobId: string, attempt: number): Promise<string> =>
  until(`attempt ${attempt} has begun`, 40, async () => {
    const past = await client.call<Past>('GET', `/v1/jobs/${jobId}/history`);
    const start = past?.body.data?.find(({ type, data }) => type === 'TaskStarted' && data.attempt === attempt);
    return start?.data.worker ?? null;
  });

/** R14. */
export const zombie: Drill = {
  name: 'R14',
  promise: 'a worker that stood still while another finished its task changes nothing when it wakes up',
  run: ({ dir }) =>
    staged({ dir, counts, clipSeconds: 3 }, async (stage) => {
      const { client, clip, fleet } = stage;
      const jobId = await submit(client, '/v1/transcode', slowEncodeOf(await upload(client, clip)));
      const { name } = await encoding(stage, jobId);
      const asleep = new AbortController();
      const frozen = fleet.freezeUntil(name, asleep.signal);
      const startMs = performance.now();
      const [before] = await ended(client, [jobId], 60);
      const takenOverSeconds = secondsSince(startMs);
      asleep.abort();
      await frozen;
      await until('its folder of work is gone', 15, () => commandsNaming(jobId).length === 0);
      await ended(client, [await submit(client, '/v1/probe', { url: await upload(client, clip) })], 30);
      const after = await client.job(jobId);
      demand(
        JSON.stringify(after?.outputs.map(({ sha256 }) => sha256)) ===
          JSON.stringify(before?.outputs.map(({ sha256 }) => sha256)),
        'the outputs are those of the first to finish',
      );
      return { takenOverSeconds };
    }),
};

/** Longer than an ack wait and a start, shorter than the sweep that looks for what everybody else has forgotten. */
const redeliveredSecondsMax = 10;

/** R14, woken too early. */
export const zombieAmongTheLiving: Drill = {
  name: 'R14/early',
  promise:
    'a worker that wakes up while another has its task takes nothing from it: when that one dies, a third goes on',
  run: ({ dir }) =>
    // One slot each: a sleeper that waits for more work is given the task again, and begins anew when it wakes up.
    staged(
      { dir, counts: { ...counts, transcode: 3 }, clipSeconds: 3, env: { WORKER_CONCURRENCY: '1' } },
      async (stage) => {
        const { client, clip, fleet } = stage;
        const jobId = await submit(client, '/v1/transcode', longEncodeOf(await upload(client, clip)));
        const { name } = await encoding(stage, jobId);
        const asleep = new AbortController();
        const frozen = fleet.freezeUntil(name, asleep.signal);
        const successor = await startOf(client, jobId, 2);
        asleep.abort();
        await frozen;
        const sleeper = fleet.processes.find((each) => each.name === name);
        await until('the sleeper gives up', 15, () => commandsNaming(`-${sleeper?.pid}-`).length === 0);
        const other = workers(stage).find(({ pid }) => successor.includes(`-${pid}-`));
        demand(other !== undefined && other.name !== name, 'another worker has the task');
        const startMs = performance.now();
        await fleet.kill(other?.name ?? '');
        await startOf(client, jobId, 3);
        const resumedSeconds = secondsSince(startMs);
        demand(resumedSeconds <= redeliveredSecondsMax, `started again after ${resumedSeconds} s`);
        await client.call('POST', `/v1/jobs/${jobId}/cancel`, { promises: 'JobCancelled' });
        return { resumedSeconds };
      },
    ),
};

const poison = (jobId: string): readonly { what: string; data: string }[] => {
  const item = { jobId, n: 9, kind: 'operation', pool: 'transcode-cpu', operation: 'transcode' };
  return [
    { what: 'no JSON', data: '{"jobId": ' },
    { what: 'an unknown kind', data: JSON.stringify({ ...item, kind: 'divination' }) },
    { what: 'a version to come', data: JSON.stringify({ version: 99, item }) },
    { what: 'a mebibyte', data: 'x'.repeat(1024 * 1024 - 1024) },
  ];
};

/** R15. */
export const poisonedWork: Drill = {
  name: 'R15',
  promise: 'a message that nobody can read is put aside with its reason, its job fails, and the queue moves on',
  run: ({ dir }) =>
    staged({ dir, counts }, async ({ client, clip, fleet, origin }) => {
      const fileId = await upload(client, clip);
      const connection = await connect({ servers: fleet.nats.url });
      const victims: string[] = [];
      const startMs = performance.now();
      for (const [i] of poison('').entries()) {
        const jobId = await submit(client, '/v1/probe', { url: `${origin.url}/endless.mp4` });
        victims.push(jobId);
        const { data } = poison(jobId)[i] as { data: string };
        connection.publish(`work.transcode-cpu.${jobId}.9`, data);
      }
      await connection.flush();
      const neighbours = await Promise.all(
        Array.from({ length: 8 }, () => submit(client, '/v1/transcode', copyOf(fileId))),
      );
      const fine = await ended(client, neighbours, 30);
      const neighboursSeconds = secondsSince(startMs);
      demand(
        fine.every(({ status }) => status === 'completed'),
        'the neighbours are completed',
      );
      const failed = await ended(client, victims, 60);
      demand(
        failed.every(({ error }) => error?.code === 'work_item_unreadable'),
        `the jobs fail for it: ${JSON.stringify(failed.map(({ error }) => error))}`,
      );
      const manager = await jetstreamManager(connection);
      const kept = await until('a copy of each is kept', 30, async () => {
        const { state } = await manager.streams.info('DLQ');
        return state.messages >= victims.length && state.messages;
      });
      const reason = (await manager.streams.getMessage('DLQ', { seq: 1 }))?.header.get('Ffapi-Dead-Reason') ?? '';
      demand(reason !== '', 'a copy says why it is there');
      const left = await manager.streams.info('WORK', { subjects_filter: 'work.*.*.9' });
      demand(Object.keys(left.state.subjects ?? {}).length === 0, 'nothing of it is left in the queue');
      await connection.close();
      return { neighboursSeconds, buriedSeconds: secondsSince(startMs), kept };
    }),
};

/** R16. */
export const toolCrashes: Drill = {
  name: 'R16',
  promise: 'a tool that crashes fails the attempt by its name, the worker goes on, and the next attempt completes',
  run: ({ dir }) =>
    staged({ dir, counts: { ...counts, transcode: 1 }, clipSeconds: 3 }, async (stage) => {
      const { client, clip } = stage;
      const jobId = await submit(client, '/v1/transcode', slowEncodeOf(await upload(client, clip)));
      const { pid, tool } = await encoding(stage, jobId);
      process.kill(tool, 'SIGSEGV');
      const [job] = await ended(client, [jobId], 60);
      demand(job?.status === 'completed', 'the next attempt is completed');
      const [worker] = workers(stage);
      demand(worker?.pid === pid, 'the worker is the same process');
      const story = await client.call<Past>('GET', `/v1/jobs/${jobId}/history`);
      const codes = story?.body.data.filter(({ type }) => type === 'TaskFailed').map(({ data }) => data.error?.code);
      demand(codes?.join() === 'ffmpeg_killed', `the attempt failed with ffmpeg_killed, not ${codes?.join()}`);
      return { failure: codes?.join() ?? '' };
    }),
};

/** R25. */
export const rollingRestart: Drill = {
  name: 'R25',
  promise: 'every process is restarted in turn under load: no job fails for it, work is handed back within 5 s',
  run: ({ dir }) =>
    staged({ dir, counts: oneOfEach, clipSeconds: 2 }, async ({ client, clip, fleet, receiver }) => {
      const fileId = await upload(client, clip);
      const over = new AbortController();
      const jobIds: string[] = [];
      const hook = { webhook_url: receiver.url };
      const order = async (): Promise<void> => {
        while (!over.signal.aborted) {
          jobIds.push(await submit(client, '/v1/transcode', { ...slowEncodeOf(fileId), ...hook }));
          jobIds.push(await submit(client, '/v1/transcode', { ...encodeOf(fileId), ...hook }));
          await ended(client, jobIds.slice(-2), 60);
        }
      };
      const ordering = Promise.all([order(), order(), order()]);
      for (const name of fleet.names.filter((each) => each !== 'nats')) {
        await fleet.roll(name);
        await fleet.ready();
      }
      over.abort();
      await ordering;
      const jobs = await ended(client, jobIds, 60);
      demand(
        jobs.every(({ status }) => status === 'completed'),
        'every job is completed',
      );
      return { restarts: fleet.names.length - 1 };
    }),
};

const cancels = 24;

/** R29. */
export const cancelAtAnyMoment: Drill = {
  name: 'R29',
  promise: 'a cancel at any moment ends the job, and its tools are gone, within 3 s',
  run: ({ dir, random }) =>
    staged({ dir, counts, clipSeconds: 3 }, async ({ client, clip }) => {
      const fileId = await upload(client, clip);
      const seconds: number[] = [];
      const cancelOne = async (waitMs: number): Promise<void> => {
        const jobId = await submit(client, '/v1/transcode', longEncodeOf(fileId));
        await delay(waitMs);
        const startMs = performance.now();
        const answer = await client.call<{ status: string }>('POST', `/v1/jobs/${jobId}/cancel`, {
          promises: 'JobCancelled',
        });
        demand(answer?.body.status === 'cancelled', `cancelled, not ${answer?.body.status}`);
        await until('its tools are gone', 3, () => commandsNaming(jobId).length === 0);
        seconds.push(secondsSince(startMs));
      };
      for (let i = 0; i < cancels / 2; i++)
        await Promise.all([cancelOne(random() * 2_500), cancelOne(random() * 2_500)]);
      return { cancels, secondsMax: Math.max(...seconds) };
    }),
};
