import { connect } from '@nats-io/transport-node';
import type { Benchmark, BenchOptions, Report } from './benchmark.ts';
import { watchJobs, type Watched } from './progress/watching.ts';
import { makeClips } from './kit/clips.ts';
import { treeCpuSeconds } from './kit/cpu-time.ts';
import { startPeer } from './kit/peer.ts';
import { startBenchPlatform } from './kit/platform.ts';
import { reportRows } from './kit/report-rows.ts';
import { metricOf, paired, runRounds, type Contender } from './kit/rounds.ts';

const timeoutMs = 60_000;
const framesOf = (isQuick: boolean): number => (isQuick ? 1 : 3);

/** How late progress comes to those who watch: one job before many, many jobs before one each. */
const run = async ({ rounds, isQuick, say }: BenchOptions): Promise<Report> => {
  await using stack = new AsyncDisposableStack();
  const [most, jobs] = isQuick ? [200, 50] : [1_000, 100];
  const clips = stack.adopt(await makeClips(), (made) => made.remove());
  // Without a worker the jobs wait, and all progress is told from here.
  const platform = stack.adopt(await startBenchPlatform({ services: 'storage,job,gateway' }), (each) => each.stop());
  const nats = stack.adopt(await connect({ servers: platform.natsUrl }), (each) => each.close());
  const body = { input_url: await platform.upload(clips.second), output_format: 'mkv', video_codec: 'copy' };
  const jobIds: string[] = [];
  for (let i = 0; i < jobs; i++) jobIds.push((await platform.submit('/v1/transcode', body)).job_id);
  const bare = stack.adopt(await startPeer('fan-out.ts', platform.natsUrl), (each) => each.stop());
  const listenersOf = async (url: string) =>
    stack.adopt(await startPeer('listeners.ts', url, `x-api-key: ${platform.headers['x-api-key']}`), (each) =>
      each.stop(),
    );
  const sides: Readonly<Record<string, Watched & { readonly cpuSeconds: () => number }>> = {
    'publish and write': {
      listeners: await listenersOf(bare.word),
      pathOf: (jobId) => `/${jobId}`,
      subjectOf: (jobId) => `bench.progress.${jobId}`,
      cpuSeconds: () => treeCpuSeconds(bare.pid),
    },
    platform: {
      listeners: await listenersOf(platform.url),
      pathOf: (jobId) => `/v1/jobs/${jobId}/events`,
      subjectOf: (jobId) => `progress.${jobId}`,
      cpuSeconds: platform.cpuSeconds,
    },
  };
  const crowds = [
    { name: '1 listener', jobIds: jobIds.slice(0, 1), perJob: 1 },
    { name: `${most} listeners`, jobIds: jobIds.slice(0, 1), perJob: most },
    { name: `${jobs} jobs`, jobIds, perJob: 1 },
  ];
  const contenders: Contender[] = crowds.flatMap((crowd) =>
    Object.entries(sides).map(([side, watched]) => ({
      name: `${side}, ${crowd.name}`,
      timeoutMs,
      cpuSeconds: watched.cpuSeconds,
      run: () => watchJobs(watched, nats, { ...crowd, frames: framesOf(isQuick) }),
    })),
  );
  for (const contender of contenders) await contender.run();
  const measured = await runRounds({
    rounds,
    contenders,
    onRound: ({ drift }) => say(`drift ${(100 * drift).toFixed(0)} %`),
  });
  const ratio = (crowd: string) =>
    paired(
      measured,
      (each) => metricOf(each, `platform, ${crowd}`, 'p50Ms') / metricOf(each, `publish and write, ${crowd}`, 'p50Ms'),
    );
  return reportRows(measured, {
    order: contenders.map(({ name }) => name),
    columns: ['p50Ms', 'p99Ms', 'cpuSeconds'],
    measures: {
      'one job, one listener: p50 / limit': ratio('1 listener'),
      'one job, many listeners: p50 / limit': ratio(`${most} listeners`),
      'many jobs: p50 / limit': ratio(`${jobs} jobs`),
    },
    notes: ['Two frames a second for each job, to raw sockets in a process of their own. CPU with what opening costs.'],
  });
};

export const progressBenchmark: Benchmark = { id: 'B7', title: 'Progress to those who watch', run };
