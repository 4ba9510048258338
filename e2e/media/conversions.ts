import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { operations } from '@ffapi/contracts';
import { plans } from '@ffapi/media';
import type { PlanFn } from '@ffapi/media';
import type { Artifact, MediaExec } from '@ffapi/media-exec';
import { cases } from './conversion-cases.ts';
import type { Case } from './conversion-cases.ts';
import type { Material } from './material.ts';
import type { MediaTask, Row } from './media-task.ts';
import { complaints, packets, shape, ssimLuma, tool } from './measure.ts';
import type { Target } from './measure.ts';

/** Floor for `balanced`, and how much worse than a bare run may be: encoders with threads are not exactly repeatable. */
const [ssimFloor, ssimSlack] = [0.95, 0.002];
const frameMs = 1000 / 24;

interface ConversionRow extends Row {
  readonly wallMs: number;
  readonly sizeBytes: number;
  readonly frames: number;
  readonly ssim: number;
  /** Of a run of ffmpeg by itself with the same settings. */
  readonly bareSsim: number | null;
  readonly rungs: string;
}

const targetsOf = (artifact: Artifact): Target[] => {
  if (artifact.kind === 'file') return [{ path: artifact.path, stream: 0 }];
  if (artifact.main?.endsWith('.mpd')) {
    const rungs = (artifact.entries ?? []).filter((entry) => entry.path.startsWith('init_')).length - 1;
    return Array.from({ length: rungs }, (_, stream) => ({ path: join(artifact.path, artifact.main ?? ''), stream }));
  }
  return (artifact.entries ?? [])
    .filter((entry) => entry.path.endsWith('/index.m3u8') && !entry.path.startsWith('audio/'))
    .map((entry) => ({ path: entry.absolutePath, stream: 0 }));
};

const checkTarget = async (
  target: Target,
  one: Case,
  source: string,
  frames: number,
): Promise<{ ssim: number; height: number; keyframes: number[]; misses: string[] }> => {
  const [seen, looks] = [await packets(target), await shape(target)];
  const misses: string[] = [];
  const label = `${looks.height}p`;
  if (seen.count !== frames) misses.push(`${label}: ${seen.count} frames instead of ${frames}`);
  if (Math.abs(seen.endMs - frames * frameMs) > frameMs + 1) misses.push(`${label}: lasts ${seen.endMs.toFixed(0)} ms`);
  if (looks.codec !== one.codec) misses.push(`${label}: codec ${looks.codec}`);
  const said = await complaints(target);
  if (said !== '') misses.push(`${label}: decoding says ${said.slice(0, 200)}`);
  const ssim = await ssimLuma(target, source, looks.width, looks.height);
  if (ssim < ssimFloor) misses.push(`${label}: SSIM ${ssim}`);
  return { ssim, height: looks.height, keyframes: seen.keyframes, misses };
};

const bareSsim = async (one: Case, source: string, folder: string): Promise<number | null> => {
  if (one.bare === undefined) return null;
  const path = join(folder, `${one.name.replaceAll(' ', '-')}-bare.${one.codec === 'vp9' ? 'webm' : 'mp4'}`);
  await tool('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-i',
    source,
    '-map',
    '0:v:0',
    '-vf',
    'scale=1280:720:flags=lanczos',
    ...one.bare,
    path,
  ]);
  return ssimLuma({ path, stream: 0 }, source, 1280, 720);
};

const runCase = async (exec: MediaExec, one: Case, source: string, folder: string): Promise<ConversionRow> => {
  const workDir = join(folder, one.name.replaceAll(' ', '-'));
  await mkdir(workDir);
  const { facts } = await exec.probe(source);
  const outcome = await exec.run({
    operation: 'transcode',
    plan: plans.transcode as PlanFn,
    params: operations.transcode.params.parse(one.params),
    inputs: { source: { path: source, facts } },
    workDir,
    hardware: 'cpu',
    signal: new AbortController().signal,
  });
  const artifact = outcome.artifacts[0];
  if (!artifact) throw new Error(`${one.name}: no output`);
  const frames = facts.video[0]?.frames ?? 0;
  const checked = [];
  for (const target of targetsOf(artifact)) checked.push(await checkTarget(target, one, source, frames));
  const misses = checked.flatMap((rung) => rung.misses);
  const top = checked.find((rung) => rung.height === 720);
  if (!top) misses.push('no 720p rendition');
  if (new Set(checked.map((rung) => rung.keyframes.join())).size > 1) misses.push('keyframes differ between rungs');
  const bare = await bareSsim(one, source, folder);
  if (bare !== null && top && top.ssim < bare - ssimSlack) misses.push(`SSIM ${top.ssim}, bare ffmpeg ${bare}`);
  return {
    name: one.name,
    wallMs: outcome.stats.wallMs,
    sizeBytes: artifact.sizeBytes,
    frames,
    ssim: top?.ssim ?? 0,
    bareSsim: bare,
    rungs: checked.map((rung) => `${rung.height}p ${rung.ssim.toFixed(4)}`).join('  '),
    misses,
  };
};

const show = (row: ConversionRow): string =>
  [
    `${(row.wallMs / 1000).toFixed(1)} s`,
    `${(row.sizeBytes / 1e6).toFixed(2)} MB`,
    `${row.frames} frames`,
    `SSIM ${row.ssim.toFixed(4)}`,
    ...(row.bareSsim === null ? [] : [`bare ${row.bareSsim.toFixed(4)}`]),
    `[${row.rungs}]`,
  ].join('  ');

/** Converts the film in every way of `cases`, and compares frame by frame. */
export const conversionTasks = (exec: MediaExec, { film, folder }: Material): readonly MediaTask[] =>
  cases.map((one) => ({
    name: one.name,
    run: async () => {
      const row = await runCase(exec, one, film, folder);
      return { row, told: show(row) };
    },
  }));
