import type { Benchmark, BenchOptions, Report } from './benchmark.ts';
import { openSceneDetect, runFpsFilter, runSeeks, widthPx } from './stills/by-hand.ts';
import { makeLongClips } from './stills/clips.ts';
import { makeClips } from './kit/clips.ts';
import { startBenchPlatform, type BenchPlatform } from './kit/platform.ts';
import { reportRows } from './kit/report-rows.ts';
import { metricOf, paired, runRounds, type Contender, type Metrics } from './kit/rounds.ts';
import { spreadOf } from './kit/statistics.ts';

const timeoutMs = 300_000;
const counts = [1, 10] as const;
/** Of the middle clip, and once: as many open decoders take their time. */
const many = 30;

const wall = async (work: Promise<number>): Promise<Metrics> => ({ wallMs: await work });

const runJob = async (platform: BenchPlatform, video_url: string, count: number): Promise<number> => {
  const startMs = performance.now();
  const body = { video_url, count, method: 'uniform', width: widthPx };
  const job = await platform.submit('/v1/video/thumbnails', body, { wait: true });
  if (job.status !== 'completed' || job.outputs.length !== count)
    throw new Error(`the job is ${job.status} with ${job.outputs.length} stills: ${JSON.stringify(job.error)}`);
  return performance.now() - startMs;
};

/** Stills of short and long clips: as a job, as seeks in one process, and as tools that decode everything make them. */
const run = async ({ rounds, isQuick, say }: BenchOptions): Promise<Report> => {
  await using stack = new AsyncDisposableStack();
  const minutes = isQuick ? [0.5, 1, 2] : [1, 10, 60];
  const film = stack.adopt(await makeClips(), (made) => made.remove());
  const clips = stack.adopt(await makeLongClips(film.film, minutes), (made) => made.remove());
  const services = 'storage,job,thumbnail,gateway';
  const platform = stack.adopt(await startBenchPlatform({ services, env: { MAX_FILE_SIZE_MB: '4096' } }), (each) =>
    each.stop(),
  );
  const scenes = openSceneDetect(say);
  const contenders: Contender[] = [];
  const fileIds: string[] = [];
  for (const [i, clip] of clips.paths.entries()) {
    const length = minutes[i] ?? 0;
    const fileId = await platform.upload(clip);
    fileIds.push(fileId);
    // The first job of a clip probes it.
    await runJob(platform, fileId, 1);
    for (const count of counts) {
      const name = `${count} of ${length} min`;
      contenders.push(
        { name: `seeks, ${name}`, timeoutMs, run: () => wall(runSeeks(clip, 60 * length, count)) },
        { name: `job, ${name}`, timeoutMs, run: () => wall(runJob(platform, fileId, count)) },
      );
    }
  }
  const [short = 0, middle = 0, long = 0] = minutes;
  const [shortClip = '', middleClip = ''] = clips.paths;
  const { run: sceneImages } = scenes;
  const [, middleFile = ''] = fileIds;
  const onceOnly: Contender[] = [
    { name: `seeks, ${many} of ${middle} min`, timeoutMs, run: () => wall(runSeeks(middleClip, 60 * middle, many)) },
    { name: `job, ${many} of ${middle} min`, timeoutMs, run: () => wall(runJob(platform, middleFile, many)) },
    { name: `fps filter, 10 of ${middle} min`, timeoutMs, run: () => wall(runFpsFilter(middleClip, 60 * middle, 10)) },
    ...(sceneImages
      ? [{ name: `PySceneDetect, ${short} min`, timeoutMs, run: () => wall(sceneImages(shortClip)) }]
      : []),
  ];
  // These decode much or everything, which takes long and varies little.
  const decoded = await runRounds({ rounds: 1, contenders: onceOnly });
  const measured = await runRounds({
    rounds: isQuick ? 1 : Math.max(1, Math.round(rounds / 3)),
    contenders,
    onRound: ({ drift }) => say(`drift ${(100 * drift).toFixed(0)} %`),
  });
  const wallOf = (name: string) => (each: Parameters<typeof metricOf>[0]) => metricOf(each, name, 'wallMs');
  const ratio = (a: string, b: string) => paired(measured, (each) => wallOf(a)(each) / wallOf(b)(each));
  const tenOfMiddle = paired(measured, wallOf(`job, 10 of ${middle} min`)).median;
  const timesFaster = paired(decoded, (each) => wallOf(`fps filter, 10 of ${middle} min`)(each) / tenOfMiddle).median;
  const beside = reportRows(decoded, {
    order: onceOnly.map(({ name }) => name),
    columns: ['wallMs'],
    measures: {},
    notes: scenes.notes,
  });
  const report = reportRows(measured, {
    order: contenders.map(({ name }) => name),
    columns: ['wallMs'],
    measures: {
      ...Object.fromEntries(
        counts.map((count) => [
          `${count} of the middle clip: job / seeks`,
          ratio(`job, ${count} of ${middle} min`, `seeks, ${count} of ${middle} min`),
        ]),
      ),
      '10 of the middle clip: fps filter / job': spreadOf([timesFaster]),
      '10 stills: long clip / short clip': ratio(`job, 10 of ${long} min`, `job, 10 of ${short} min`),
      ...(sceneImages
        ? {
            'PySceneDetect / job, short clip': spreadOf([
              paired(decoded, wallOf(`PySceneDetect, ${short} min`)).median /
                paired(measured, wallOf(`job, 10 of ${short} min`)).median,
            ]),
          }
        : {}),
    },
    notes: [
      `Clips of ${minutes.join(', ')} min of 1080p film, stills ${widthPx} wide, evenly spaced.`,
      ...beside.notes,
    ],
  });
  return { ...report, rows: [...report.rows, ...beside.rows] };
};

export const stillsBenchmark: Benchmark = { id: 'B10', title: 'Stills', run };
