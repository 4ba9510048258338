import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timedRun } from '../kit/run-tool.ts';

export interface Rung {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly peakBitsPerSecond: number;
}

const crf = 24;
const encoderPreset = 'veryfast';
const segmentSeconds = 6;

/** The request that asks for these rungs, encoded as by hand. */
export const ladderRequest = (rungs: readonly Rung[]): object => ({
  output_format: 'hls',
  video_codec: 'h264',
  crf,
  encoder_preset: encoderPreset,
  segment_duration: segmentSeconds,
  ladder: rungs.map(({ name, peakBitsPerSecond }) => ({ resolution: name, max_bitrate: peakBitsPerSecond })),
});

const video = ({ peakBitsPerSecond }: Rung, n: number): string[] => [
  ...[`-c:v:${n}`, 'libx264', `-preset:v:${n}`, encoderPreset, `-crf:v:${n}`, String(crf)],
  ...[`-maxrate:v:${n}`, String(peakBitsPerSecond), `-bufsize:v:${n}`, String(2 * peakBitsPerSecond)],
  ...[`-force_key_frames:v:${n}`, 'expr:gte(t,n_forced*2)', `-g:v:${n}`, '96', `-sc_threshold:v:${n}`, '0'],
];
const audio = ['-c:a', 'aac', '-ac', '2', '-b:a', '128000'];
const hls = ['-f', 'hls', '-hls_time', String(segmentSeconds), '-hls_playlist_type', 'vod'];
const segments = ['-hls_segment_type', 'fmp4', '-hls_flags', 'independent_segments'];

const scale = ({ width, height }: Rung): string => `scale=${width}:${height}:flags=lanczos,format=yuv420p`;

/** One process: one decode, split to every rung. */
const oneDecode = (input: string, rungs: readonly Rung[]): string[] => {
  const split = `[0:v]split=${rungs.length}${rungs.map((_, n) => `[s${n}]`).join('')}`;
  const scaled = rungs.map((rung, n) => `[s${n}]${scale(rung)}[v${n}]`);
  const streams = [...rungs.map(({ name }, n) => `v:${n},agroup:a,name:${name}`), 'a:0,agroup:a,name:audio'];
  return [
    ...['-v', 'error', '-nostdin', '-y', '-i', input, '-filter_complex', [split, ...scaled].join(';')],
    ...rungs.flatMap((_, n) => ['-map', `[v${n}]`]),
    ...rungs.flatMap(video),
    ...['-map', '0:a:0', ...audio, ...hls, ...segments, '-var_stream_map', streams.join(' ')],
    ...['-hls_segment_filename', '%v/segment_%05d.m4s', '%v/index.m3u8'],
  ];
};

const oneRung = (input: string, rung: Rung): string[] => [
  ...['-v', 'error', '-nostdin', '-y', '-i', input, '-an', '-vf', scale(rung), ...video(rung, 0), ...hls, ...segments],
  ...['-hls_segment_filename', `${rung.name}_%05d.m4s`, '-hls_fmp4_init_filename', `${rung.name}_init.mp4`],
  `${rung.name}.m3u8`,
];
const oneSound = (input: string): string[] => [
  ...['-v', 'error', '-nostdin', '-y', '-i', input, '-vn', ...audio, ...hls, ...segments],
  ...['-hls_segment_filename', 'audio_%05d.m4s', '-hls_fmp4_init_filename', 'audio_init.mp4', 'audio.m3u8'],
];

const inFolder = async (work: (dir: string) => Promise<number>): Promise<number> => {
  const dir = mkdtempSync(join(tmpdir(), 'ffapi-ladder-'));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};

/** How long the ladder takes as one graph. */
export const runOneDecode = (input: string, rungs: readonly Rung[]): Promise<number> =>
  inFolder((cwd) => timedRun('ffmpeg', oneDecode(input, rungs), { cwd }));

/** How long it takes with a process for each rung, one after the other, and one for the sound. */
export const runEachRung = (input: string, rungs: readonly Rung[]): Promise<number> =>
  inFolder(async (cwd) => {
    let wallMs = await timedRun('ffmpeg', oneSound(input), { cwd });
    for (const rung of rungs) wallMs += await timedRun('ffmpeg', oneRung(input, rung), { cwd });
    return wallMs;
  });
