import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Capabilities } from '@ffapi/media';
import { findGpu, type GpuFindings, type GpuOptions } from './gpu/find-gpu.ts';
import { MediaFailure } from './media-failure.ts';
import { codeOfResult } from './process/classify.ts';
import { runTool } from './process/run-tool.ts';
import type { ToolResult } from './process/run-tool.ts';
import { ffmpeg, toolCommand, type Tools } from './tools/index.ts';

interface Known {
  readonly capabilities: Capabilities;
  readonly found: GpuFindings | null;
}

export const pictureEncoders = ['libx264', 'libx265', 'libsvtav1', 'libvpx-vp9', 'mpeg4', 'mpeg2video'];
export const soundEncoders = ['aac', 'libopus', 'libmp3lame', 'mp2', 'libvorbis', 'flac'];

const call = async (tools: Tools, argv: readonly string[]): Promise<ToolResult> => {
  const workDir = await mkdtemp(join(tmpdir(), 'ffapi-caps-'));
  try {
    await mkdir(join(workDir, 'scratch'));
    const command = toolCommand(tools, ffmpeg, argv, { inputs: {}, workDir });
    return await runTool({ ...command, ...ffmpeg.look, stdout: 'capture' });
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
};

const picture = ['-f', 'lavfi', '-i', 'color=c=gray:s=256x256:r=25:d=0.04'];
const sound = ['-f', 'lavfi', '-i', 'anullsrc=r=48000:cl=stereo:d=0.1'];

const encoded = (encoder: string): string[] =>
  soundEncoders.includes(encoder)
    ? ['-map', '1:a', '-c:a', encoder, '-f', 'null', '-']
    : ['-map', '0:v', '-frames:v', '1', '-pix_fmt', 'yuv420p', '-c:v', encoder, '-f', 'null', '-'];

/** A listed encoder proves nothing. One frame does. */
const canEncode = async (tools: Tools, encoders: readonly string[]): Promise<boolean> => {
  const quiet = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-xerror'];
  const result = await call(tools, [...quiet, ...picture, ...sound, ...encoders.flatMap(encoded)]);
  return codeOfResult(result, tools.sandbox.level, ffmpeg) === null;
};

const listed = (text: string): string[] =>
  text
    .split('\n')
    .flatMap((line) => /^ [A-Z.]{3,6} (\S+)/.exec(line)?.[1] ?? [])
    .filter((name) => name !== '=');

/** The first release of each branch with the demuxer and decoder fixes of 2026. */
const fixedReleases: Readonly<Record<number, readonly [number, number]>> = {
  5: [1, 10],
  6: [1, 6],
  7: [1, 5],
  8: [1, 3],
};

/** A warning for a version with known holes; null for a good one, or for one that cannot be read. */
export const versionWarning = (version: string): string | null => {
  const parts = /^n?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  if (!parts) return null;
  const [major, minor, patch] = [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)];
  const fixed = fixedReleases[major];
  const isOld = fixed === undefined ? major < 5 : minor < fixed[0] || (minor === fixed[0] && patch < fixed[1]);
  return isOld ? `FFmpeg ${version} has known security holes; the input allow-lists stand in, but upgrade it` : null;
};

/** All that are listed work on most machines, which one run shows: to start the tool costs more than a frame. */
const provenOf = async (tools: Tools, names: readonly string[], known: ReadonlySet<string>): Promise<string[]> => {
  const candidates = names.filter((name) => known.has(name));
  if (await canEncode(tools, candidates)) return candidates;
  const proven = await Promise.all(candidates.map((name) => canEncode(tools, [name])));
  return candidates.filter((_, n) => proven[n]);
};

/**
 * What this machine's FFmpeg really does. With a GPU it is the GPU that makes pictures: what it cannot is for another
 * worker, never for the CPU beside it.
 */
export const readCapabilities = async (tools: Tools, gpu?: GpuOptions): Promise<Known> => {
  const [version, encoders, filters] = await Promise.all([
    call(tools, ['-version']),
    call(tools, ['-hide_banner', '-encoders']),
    call(tools, ['-hide_banner', '-filters']),
  ]);
  const code = codeOfResult(version, tools.sandbox.level, ffmpeg);
  if (code !== null)
    throw new MediaFailure(code === ffmpeg.codes.missing ? code : 'sandbox_unavailable', {}, version.stderrTail);
  const ffmpegVersion = /^ffmpeg version (\S+)/.exec(version.stdout)?.[1] ?? 'unknown';
  const known = new Set(listed(encoders.stdout));
  const warning = versionWarning(ffmpegVersion);
  const candidates = gpu === undefined ? [...pictureEncoders, ...soundEncoders] : soundEncoders;
  const found = gpu === undefined ? null : await findGpu(tools, gpu);
  const capabilities: Capabilities = {
    ffmpegVersion,
    encoders: await provenOf(tools, candidates, known),
    hardwareEncoders: found?.encoders ?? [],
    hardwareDecoders: found?.decoders ?? [],
    ...(gpu?.device === undefined ? {} : { gpuDevice: gpu.device }),
    filters: listed(filters.stdout).filter((name) => name !== 'scale_cuda' || found?.canScale),
    warnings: warning === null ? [] : [warning],
  };
  return { capabilities, found };
};
