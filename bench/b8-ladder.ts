import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, BenchOptions, Report } from './benchmark.ts';
import { ladderRequest, runEachRung, runOneDecode, type Rung } from './ladder/by-hand.ts';
import { makeClips } from './kit/clips.ts';
import { startBenchPlatform, type BenchPlatform } from './kit/platform.ts';
import { reportRows } from './kit/report-rows.ts';
import { metricOf, paired, runRounds, type Contender } from './kit/rounds.ts';
import { timedRun } from './kit/run-tool.ts';

const timeoutMs = 300_000;
const four: readonly Rung[] = [
  { name: '720p', width: 1280, height: 720, peakBitsPerSecond: 4_500_000 },
  { name: '480p', width: 854, height: 480, peakBitsPerSecond: 2_000_000 },
  { name: '360p', width: 640, height: 360, peakBitsPerSecond: 1_100_000 },
  { name: '240p', width: 426, height: 240, peakBitsPerSecond: 700_000 },
];
const six: readonly Rung[] = [
  { name: '1080p', width: 1920, height: 1080, peakBitsPerSecond: 7_500_000 },
  ...four,
  { name: '256x144', width: 256, height: 144, peakBitsPerSecond: 400_000 },
];
const ladders = { '4 rungs': four, '6 rungs': six } as const;

const wall = async (work: Promise<number>): Promise<{ wallMs: number }> => ({ wallMs: await work });

const runJob = async (platform: BenchPlatform, body: unknown): Promise<number> => {
  const startMs = performance.now();
  const job = await platform.submit('/v1/transcode', body, { wait: true });
  if (job.status !== 'completed') throw new Error(`the job is ${job.status}: ${JSON.stringify(job.error)}`);
  return performance.now() - startMs;
};

/** A ladder as one job, as one graph written by hand, and as a process for each rung. */
const run = async ({ rounds, isQuick, say }: BenchOptions): Promise<Report> => {
  await using stack = new AsyncDisposableStack();
  const dir = stack.adopt(mkdtempSync(join(tmpdir(), 'ffapi-ladder-')), (each) => rmSync(each, { recursive: true }));
  const clips = stack.adopt(await makeClips(), (made) => made.remove());
  const clip = join(dir, 'clip.mp4');
  await timedRun('ffmpeg', ['-v', 'error', '-i', clips.film, '-t', isQuick ? '1' : '6', '-c', 'copy', clip]);
  const services = 'storage,job,transcode,gateway';
  const platform = stack.adopt(await startBenchPlatform({ services }), (each) => each.stop());
  const input_url = await platform.upload(clip);
  const contenders: Contender[] = Object.entries(ladders).flatMap(([name, rungs]) => [
    { name: `${name}: one graph`, timeoutMs, run: () => wall(runOneDecode(clip, rungs)) },
    {
      name: `${name}: job`,
      timeoutMs,
      run: () => wall(runJob(platform, { input_url, ...ladderRequest(rungs) })),
    },
    { name: `${name}: a process each`, timeoutMs, run: () => wall(runEachRung(clip, rungs)) },
  ]);
  // Probes the input; encodes vary little and take their time.
  await platform.submit('/v1/transcode', { input_url, ...ladderRequest(four) }, { dryRun: true, wait: true });
  const measured = await runRounds({
    rounds: isQuick ? 1 : Math.max(1, Math.round(rounds / 3)),
    contenders,
    onRound: ({ drift }) => say(`drift ${(100 * drift).toFixed(0)} %`),
  });
  const ratio = (name: string, a: string, b: string) =>
    paired(measured, (each) => metricOf(each, `${name}: ${a}`, 'wallMs') / metricOf(each, `${name}: ${b}`, 'wallMs'));
  return reportRows(measured, {
    order: contenders.map(({ name }) => name),
    columns: ['wallMs'],
    measures: Object.fromEntries(
      Object.keys(ladders).flatMap((name) => [
        [`${name}: job / one graph`, ratio(name, 'job', 'one graph')],
        [`${name}: a process each / job`, ratio(name, 'a process each', 'job')],
      ]),
    ),
    notes: [`${isQuick ? 1 : 6} s of 1080p film to HLS, x264 veryfast; the same rungs, rates and keyframes.`],
  });
};

export const ladderBenchmark: Benchmark = { id: 'B8', title: 'A ladder', run };
