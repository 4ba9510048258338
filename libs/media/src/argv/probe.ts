import { inputGuard } from './guard.ts';
import type { Token } from './token.ts';

/** ffprobe's arguments for reading one guarded file as JSON. */
export const probeArgv = (demuxer: string, flags: readonly string[], name = 'source'): Token[] => [
  '-hide_banner',
  '-loglevel',
  'level+error',
  '-print_format',
  'json',
  ...flags,
  ...inputGuard(demuxer),
  { in: name },
];

/** What a manifest names: segments, and subtitles where the demuxer opens them. */
const bundled = { hls: 'hls,mov,mpegts', dash: 'dash,mov,webvtt' } as const;

/** ffprobe's arguments for a manifest of our own making: it may open the fragments beside it, and nothing remote. */
export const bundleProbeArgv = (demuxer: 'hls' | 'dash', main: string, flags: readonly string[]): Token[] => [
  '-hide_banner',
  '-loglevel',
  'level+error',
  '-print_format',
  'json',
  ...flags,
  '-protocol_whitelist',
  'file,pipe',
  '-format_whitelist',
  bundled[demuxer],
  '-allowed_extensions',
  'ALL',
  '-f',
  demuxer,
  { in: 'source', path: main },
];
