import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Benchmark, BenchOptions, Report } from './benchmark.ts';
import { phasesOf } from './job-overhead/phases.ts';
import { recordSafeSteps, runBare, runSafeSteps, type SafeSteps } from './job-overhead/safe-steps.ts';
import { makeClips, type Clips } from './kit/clips.ts';
import { processCpuSeconds } from './kit/cpu-time.ts';
import { startBenchPlatform, type BenchPlatform } from './kit/platform.ts';
import { reportRows } from './kit/report-rows.ts';
import { metricOf, paired, runRounds, type Contender, type Metrics } from './kit/rounds.ts';
import { storedEvents } from './kit/stored-events.ts';

/** Processes in a sandbox end as nobody's children: what they used is not in these figures. */
const cpuNote = 'ownCpuSeconds: without what runs in the sandboxes.';

interface Case {
  readonly name: string;
  readonly clip: keyof Pick<Clips, 'film' | 'second'>;
  readonly params: Readonly<Record<string, unknown>>;
  /** As a share of the rounds asked for: long encodes vary less and take their time. */
  readonly roundsShare: number;
}

const cases: readonly Case[] = [
  {
    name: 'remux of 1 s',
    clip: 'second',
    params: { output_format: 'mkv', video_codec: 'copy', audio_codec: 'copy' },
    roundsShare: 2,
  },
  {
    name: 'encode of 1 s',
    clip: 'second',
    params: { output_format: 'mp4', video_codec: 'h264', crf: 23 },
    roundsShare: 1,
  },
  {
    name: 'encode of 30 s',
    clip: 'film',
    params: { output_format: 'mp4', video_codec: 'h264', resolution: '720p', preset: 'fast' },
    roundsShare: 0.5,
  },
];

/** What `performance.now()` counts from, on the clock that the event store writes down. */
const epochMs = performance.timeOrigin;

const runJob = async (platform: BenchPlatform, nats: NatsConnection, body: unknown): Promise<Metrics> => {
  const startMs = performance.now();
  const cpuBefore = platform.cpuSeconds();
  const job = await platform.submit('/v1/transcode', body, { wait: true });
  const wallMs = performance.now() - startMs;
  if (job.status !== 'completed') throw new Error(`the job is ${job.status}: ${JSON.stringify(job.error)}`);
  const ownCpuSeconds = platform.cpuSeconds() - cpuBefore;
  return {
    wallMs,
    ownCpuSeconds,
    ...phasesOf(await storedEvents(nats, job.job_id), epochMs + startMs, epochMs + startMs + wallMs),
  };
};

const contendersOf = (platform: BenchPlatform, nats: NatsConnection, body: unknown, steps: SafeSteps): Contender[] => {
  const timeoutMs = 600_000;
  const runScript = async (): Promise<Metrics> => {
    const cpuBefore = processCpuSeconds(process.pid);
    const { scriptMs, childrenMs } = await runSafeSteps(steps);
    return { wallMs: scriptMs, childrenMs, ownCpuSeconds: processCpuSeconds(process.pid) - cpuBefore };
  };
  return [
    { name: 'job', timeoutMs, run: () => runJob(platform, nats, body) },
    { name: 'script', timeoutMs, run: runScript },
    { name: 'bare ffmpeg', timeoutMs, run: async () => ({ wallMs: await runBare(steps) }) },
  ];
};

const runCase = async (
  platform: BenchPlatform,
  nats: NatsConnection,
  clips: Clips,
  ref: Case,
  options: BenchOptions,
): Promise<Report> => {
  const body = { input_url: await platform.upload(clips[ref.clip]), ...ref.params };
  const contenders = contendersOf(platform, nats, body, await recordSafeSteps(clips[ref.clip], ref.params));
  // Probes the input, and warms what can be warm; the film is warm by its probe alone.
  if (ref.clip === 'film') await platform.submit('/v1/transcode', body, { dryRun: true });
  else for (const { run } of contenders) await run();
  const rounds = options.isQuick ? 1 : Math.max(1, Math.round(options.rounds * ref.roundsShare));
  const onRound = ({ drift }: { drift: number }): void =>
    options.say(`${ref.name}: drift ${(100 * drift).toFixed(0)} %`);
  const measured = await runRounds({ rounds, contenders, onRound });
  const against = (other: string) =>
    paired(measured, (each) => metricOf(each, 'job', 'wallMs') / metricOf(each, other, 'wallMs'));
  const report = reportRows(measured, {
    order: contenders.map(({ name }) => name),
    columns: [
      'wallMs',
      'ownCpuSeconds',
      'childrenMs',
      'submitMs',
      'queueMs',
      'runMs',
      'aroundRunMs',
      'toPublishMs',
      'publishMs',
      'completeMs',
      'answerMs',
    ],
    measures: {
      [`${ref.name}: job / script`]: against('script'),
      [`${ref.name}: job / bare ffmpeg`]: against('bare ffmpeg'),
      [`${ref.name}: job - children, ms`]: paired(
        measured,
        (each) => metricOf(each, 'job', 'wallMs') - metricOf(each, 'script', 'childrenMs'),
      ),
    },
    notes: [],
  });
  return {
    ...report,
    rows: report.rows.map((row) => ({ ...row, name: `${ref.name}: ${row.name}` })),
    notes: report.notes.map((note) => `${ref.name}: ${note}`),
  };
};

/** A whole job beside a script that takes the same safe steps. */
const run = async (options: BenchOptions): Promise<Report> => {
  await using stack = new AsyncDisposableStack();
  const clips = stack.adopt(await makeClips(), (made) => made.remove());
  const platform = stack.adopt(await startBenchPlatform(), (each) => each.stop());
  const nats = stack.adopt(await connect({ servers: platform.natsUrl }), (each) => each.close());
  const reports: Report[] = [];
  for (const each of cases) reports.push(await runCase(platform, nats, clips, each, options));
  return {
    rows: reports.flatMap(({ rows }) => rows),
    measures: Object.assign({}, ...reports.map(({ measures }) => measures)) as Report['measures'],
    notes: [cpuNote, ...reports.flatMap(({ notes }) => notes)],
  };
};

export const jobBenchmark: Benchmark = { id: 'B4', title: 'A whole job', run };
