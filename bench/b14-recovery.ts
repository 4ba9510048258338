import type { Benchmark, BenchOptions, Report } from './benchmark.ts';
import { makeRestartable } from './recovery/cold-start.ts';
import { killGateway, killNats, killQueueWorker, killWorker } from './recovery/drills.ts';
import { startFleet } from './recovery/fleet.ts';
import { makeClips } from './kit/clips.ts';
import { recordJob } from './kit/job-history.ts';
import { startRedis } from './kit/redis.ts';
import { reportRows } from './kit/report-rows.ts';
import { metricOf, paired, runRounds, type Contender, type Metrics } from './kit/rounds.ts';

const timeoutMs = 120_000;
const ackWaitMs = 2_000;
const drilled = ['worker', 'gateway', 'NATS'] as const;

/** How soon work goes on after something was killed, and whether anything was lost or done twice. */
const run = async ({ rounds, isQuick, to, say }: BenchOptions): Promise<Report> => {
  await using stack = new AsyncDisposableStack();
  const jobs = isQuick ? 1_000 : to;
  const clips = stack.adopt(await makeClips(), (made) => made.remove());
  const template = await recordJob();
  const empty = stack.adopt(await makeRestartable(template, 0), (each) => each.stop());
  const full = stack.adopt(await makeRestartable(template, jobs), (each) => each.stop());
  say(
    `${jobs} jobs: filled at ${full.fillPerSecond.toFixed(0)} commits/s, first start ${(full.firstStartMs / 1000).toFixed(1)} s`,
  );
  const fleet = stack.adopt(await startFleet(ackWaitMs / 1000), (each) => each.stop());
  const redis = stack.adopt(await startRedis(), async (each) => each?.stop());
  const input_url = await fleet.gateway().upload(clips.second);
  const work = {
    encode: { input_url, output_format: 'mp4', video_codec: 'h264', crf: 23 },
    remux: { input_url, output_format: 'mkv', video_codec: 'copy', audio_codec: 'copy' },
  };
  const named = (name: string, each: () => Promise<Metrics>): Contender => ({ name, timeoutMs, run: each });
  const contenders = [
    named('worker', () => killWorker(fleet, work)),
    named('gateway', () => killGateway(fleet, work)),
    named('NATS', () => killNats(fleet, work)),
    ...(redis ? [named('BullMQ worker', () => killQueueWorker(redis.port, ackWaitMs))] : []),
    named('start, no history', empty.start),
    named(`start, ${jobs} jobs`, full.start),
  ];
  const measured = await runRounds({
    rounds: isQuick ? 1 : Math.max(1, Math.round(rounds / 2)),
    contenders,
    onRound: ({ drift }) => say(`drift ${(100 * drift).toFixed(0)} %`),
  });
  const worst = (metric: string) =>
    paired(measured, (each) => Math.max(...drilled.map((name) => metricOf(each, name, metric))));
  const resume = (name: string) => paired(measured, (each) => metricOf(each, name, 'resumeMs') / ackWaitMs);
  const started = (name: string) => paired(measured, (each) => metricOf(each, name, 'acceptMs') / 1000);
  return reportRows(measured, {
    order: contenders.map(({ name }) => name),
    columns: ['resumeMs', 'lost', 'duplicates', 'readyMs', 'acceptMs'],
    measures: {
      ...Object.fromEntries(drilled.map((name) => [`${name} killed: resumed / ack wait`, resume(name)])),
      ...(redis
        ? {
            'worker killed: resumed / BullMQ': paired(
              measured,
              (each) => metricOf(each, 'worker', 'resumeMs') / metricOf(each, 'BullMQ worker', 'resumeMs'),
            ),
          }
        : {}),
      'accepted jobs lost, worst': worst('lost'),
      'done twice, worst': worst('duplicates'),
      'start with a history to the first job accepted, s': started(`start, ${jobs} jobs`),
      'start: history / none': paired(
        measured,
        (each) => metricOf(each, `start, ${jobs} jobs`, 'acceptMs') / metricOf(each, 'start, no history', 'acceptMs'),
      ),
    },
    notes: [
      `What is killed is started again at once. Ack wait and BullMQ's lock and stalled check: ${ackWaitMs / 1000} s each.`,
      'resumeMs: to the next attempt (worker), the next 202 (gateway), the next stored event (NATS).',
      ...(redis ? [] : ['redis-server is not installed: no BullMQ beside it.']),
    ],
  });
};

export const recoveryBenchmark: Benchmark = { id: 'B14', title: 'Recovery', run };
