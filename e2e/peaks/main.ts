import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { operations } from '@ffapi/contracts';
import { plans } from '@ffapi/media';
import type { PlanFn } from '@ffapi/media';
import { createMediaExec } from '@ffapi/media-exec';
import { openMaterial } from '../media/material.ts';
import { ssimLuma } from '../media/measure.ts';
import { highest, packetSizes } from './packet-sizes.ts';
import { makeFilm, peakFilms } from './films.ts';

/**
 * Encodes films with `max_bitrate`, and measures the most that any two seconds take: the ten of `films.ts`, or
 * those that are named as arguments.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    codec: { type: 'string' },
    rate: { type: 'string', multiple: true, default: ['500k', '2M'] },
    film: { type: 'string' },
    /** Also says how alike the result is to its source. */
    ssim: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});

const codecs = ['h264', 'hevc', 'av1', 'vp9'].filter((codec) => values.codec === undefined || codec === values.codec);
const bitsOf = (rate: string): number => Number(rate.slice(0, -1)) * (rate.endsWith('M') ? 1e6 : 1e3);

interface Row {
  readonly film: string;
  readonly codec: string;
  readonly rate: string;
  /** Of any two seconds, in bits a second, and as a part of what they may take. */
  readonly peak: number;
  readonly part: number;
  readonly average: number;
  readonly cpuSeconds: number;
  readonly ssim: number | null;
  readonly warnings: readonly string[];
}

const folder = await mkdtemp(join(tmpdir(), 'ffapi-peaks-'));
const exec = createMediaExec({
  ffmpegPath: process.env.FFMPEG_PATH ?? '/usr/bin/ffmpeg',
  ffprobePath: process.env.FFPROBE_PATH ?? '/usr/bin/ffprobe',
  sandbox: 'required',
});

const runOne = async (film: string, path: string, codec: string, rate: string): Promise<Row> => {
  const workDir = await mkdtemp(join(folder, 'work-'));
  const { facts } = await exec.probe(path);
  const params = { output_format: 'mkv', video_codec: codec, audio_codec: 'none', max_bitrate: rate, crf: 18 };
  const { artifacts, stats, warnings } = await exec.run({
    operation: 'transcode',
    plan: plans.transcode as PlanFn,
    params: operations.transcode.params.parse(params),
    inputs: { source: { path, facts } },
    workDir,
    hardware: 'cpu',
    signal: new AbortController().signal,
  });
  const target = { path: artifacts[0]?.path ?? '', stream: 0 };
  const packets = await packetSizes(target.path);
  const peak = highest(packets, 2);
  const [picture] = facts.video;
  const ssim = values.ssim ? await ssimLuma(target, path, picture?.width ?? 0, picture?.height ?? 0) : null;
  const lengthSeconds = (facts.durationMs ?? 0) / 1000;
  const average = (packets.reduce((sum, { bytes }) => sum + bytes, 0) * 8) / lengthSeconds;
  await rm(workDir, { recursive: true });
  return { film, codec, rate, peak, part: peak / bitsOf(rate), average, cpuSeconds: stats.cpuSeconds, ssim, warnings };
};

const kilobits = (bits: number): string => `${Math.round(bits / 1000)}k`.padStart(8);
const show = ({ film, codec, rate, peak, part, average, cpuSeconds, ssim, warnings }: Row): string =>
  [
    film.padEnd(26),
    codec.padEnd(6),
    rate.padStart(6),
    kilobits(peak),
    `${(part * 100).toFixed(0)} %`.padStart(7),
    kilobits(average),
    `${cpuSeconds.toFixed(1)} s`.padStart(9),
    ssim === null ? '' : `  ${ssim.toFixed(4)}`,
    part > 1 ? '  PASSED' : '',
    warnings.length > 0 ? `  ${warnings.join('; ')}` : '',
  ].join('');

const rows: Row[] = [];
try {
  await mkdir(join(folder, 'films'));
  const material = await openMaterial(join(folder, 'films'), undefined);
  const chosen = peakFilms.filter(({ name }) => values.film === undefined || name.includes(values.film));
  const films =
    positionals.length > 0
      ? positionals.map((path) => ({ name: basename(path), open: async () => path }))
      : chosen.map((film) => ({ name: film.name, open: () => makeFilm(material, film) }));
  console.log('film                      codec   rate    peak   of it average      cpu');
  for (const { name, open } of films)
    for (const codec of codecs)
      for (const rate of values.rate) {
        const row = await runOne(name, await open(), codec, rate);
        rows.push(row);
        console.log(show(row));
      }
  if (values.json !== undefined) await writeFile(values.json, JSON.stringify({ rows }, null, 2));
  process.exitCode = rows.length > 0 && rows.every(({ part }) => part <= 1) ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
