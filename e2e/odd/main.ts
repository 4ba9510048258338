import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { operations } from '@ffapi/contracts';
import { plans, type PlanFn } from '@ffapi/media';
import { createMediaExec, type RunInput } from '@ffapi/media-exec';
import { classifyMediaFailure } from '@ffapi/worker';
import { sideBySide } from '../side-by-side.ts';
import { filmsOfContainers } from './films-of-containers.ts';
import { filmsOfPicture } from './films-of-picture.ts';
import { filmsOfSound } from './films-of-sound.ts';
import { filmsOfTime } from './films-of-time.ts';
import { judge, measure } from './judge.ts';
import { openWorkbench, type OddFilm } from './odd-film.ts';
import { uses, type Use } from './uses.ts';

const { values } = parseArgs({
  options: {
    film: { type: 'string' },
    use: { type: 'string' },
    json: { type: 'string' },
    /** Every so many-th pair only. */
    every: { type: 'string', default: '1' },
  },
});

/** The words of a refusal that an input may meet: it has not what is needed. */
const refusals: ReadonlySet<string> = new Set([
  'media_no_video_stream',
  'media_no_audio_stream',
  'subtitle_track_missing',
  'param_conflict',
]);

interface Row {
  readonly film: string;
  readonly use: string;
  readonly wallMs: number;
  /** The code of the error; `null`: something was made. */
  readonly refused: string | null;
  readonly misses: readonly string[];
}

const folder = await mkdtemp(join(tmpdir(), 'ffapi-odd-'));
const exec = createMediaExec({
  ffmpegPath: process.env.FFMPEG_PATH ?? '/usr/bin/ffmpeg',
  ffprobePath: process.env.FFPROBE_PATH ?? '/usr/bin/ffprobe',
  sandbox: 'required',
});
const cues = join(folder, 'cues.srt');
await writeFile(cues, '1\n00:00:00,100 --> 00:00:00,400\nHello\n');

let workDirs = 0;

const runUse = async (use: Use, source: RunInput, film: OddFilm, own: Awaited<ReturnType<typeof measure>>) => {
  const workDir = join(folder, `work-${workDirs++}`);
  await mkdir(workDir);
  const inputs: Record<string, RunInput> = Object.fromEntries(use.inputs.map((name) => [name, source]));
  if (use.subtitle !== undefined) inputs[use.subtitle] = { path: cues, facts: await exec.readSubtitle(cues) };
  const startMs = performance.now();
  const made = async (): Promise<Pick<Row, 'refused' | 'misses'>> => {
    const outcome = await exec.run({
      operation: use.operation,
      plan: plans[use.operation] as PlanFn,
      params: operations[use.operation].params.parse(use.params(film.truth)),
      inputs,
      workDir,
      hardware: 'cpu',
      signal: new AbortController().signal,
    });
    const judged = { truth: film.truth, expected: use.expect(film.truth), source: own };
    return { refused: null, misses: await judge(outcome, { ...judged, apartMsMax: use.apartMsMax ?? 20 }) };
  };
  const verdict = await made().catch((error: unknown): Pick<Row, 'refused' | 'misses'> => {
    const failure = classifyMediaFailure(error);
    if (!failure) return { refused: 'none', misses: [String(error)] };
    const isMeant = refusals.has(failure.code) || film.truth.refusals?.includes(failure.code) === true;
    return { refused: failure.code, misses: isMeant ? [] : [`${failure.code} (${failure.fault}): ${failure.message}`] };
  });
  await rm(workDir, { recursive: true, force: true });
  return { film: film.name, use: use.name, wallMs: Math.round(performance.now() - startMs), ...verdict };
};

const chosen = (name: string, only: string | undefined): boolean => only === undefined || name.includes(only);
const films = [...filmsOfTime, ...filmsOfSound, ...filmsOfPicture, ...filmsOfContainers];
const pairs = films
  .flatMap((film) => uses.map((use) => ({ film, use })))
  .filter((_, n) => n % Number(values.every) === 0)
  .filter(({ film, use }) => chosen(film.name, values.film) && chosen(use.name, values.use));

const rows: Row[] = [];
const say = ({ film, use, misses, refused }: Row): void => {
  if (misses.length > 0) console.log(`${film.padEnd(44)}${use.padEnd(20)}${misses.join('; ')}`);
  else if (values.film !== undefined) console.log(`${film.padEnd(44)}${use.padEnd(20)}${refused ?? 'ok'}`);
};

const runFilm = async (film: OddFilm): Promise<void> => {
  const path = await film.make(await openWorkbench(join(folder, `film-${films.indexOf(film)}`)));
  const own = await measure(path, film.truth);
  const probed = await exec.probe(path).catch((error: unknown) => String(error));
  for (const { use } of pairs.filter((pair) => pair.film === film)) {
    const row: Row =
      typeof probed === 'string'
        ? { film: film.name, use: use.name, wallMs: 0, refused: 'none', misses: [probed] }
        : await runUse(use, { path, facts: probed.facts }, film, own);
    rows.push(row);
    say(row);
  }
};

try {
  await sideBySide([...new Set(pairs.map(({ film }) => film))], Math.min(4, availableParallelism()), runFilm);
  const missed = rows.filter(({ misses }) => misses.length > 0).length;
  const refused = rows.filter((row) => row.refused !== null && row.misses.length === 0).length;
  console.log(`${rows.length} pairs: ${rows.length - missed - refused} right, ${refused} refused, ${missed} wrong`);
  if (values.json !== undefined) await writeFile(values.json, JSON.stringify({ rows }, null, 2));
  process.exitCode = rows.length > 0 && missed === 0 ? 0 : 1;
} finally {
  if (process.env.KEEP) console.log(folder);
  else await rm(folder, { recursive: true, force: true });
}
