import type { ErrorCode } from '@ffapi/contracts';
import type { SandboxLevel } from '../sandbox/sandbox.ts';
import type { ToolResult } from './run-tool.ts';

/** FFmpeg's words for what went wrong; the first that matches decides. */
const patterns: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^prlimit: failed to execute/m, 'ffmpeg_missing'],
  [/^(bwrap|setpriv|prlimit): /m, 'sandbox_unavailable'],
  [/No space left on device|Disk quota exceeded/i, 'disk_full'],
  // Before memory: of a GPU's both are said in the same words.
  [
    /Cannot load (libcuda|libnvidia)|No NVENC capable|OpenEncodeSessionEx failed|CUDA_ERROR|No device available/i,
    'hardware_unavailable',
  ],
  [/Cannot allocate memory|Out of memory|bad_alloc|malloc.*failed/i, 'resource_exhausted'],
  [/Codec .*not on whitelist/i, 'media_codec_refused'],
  [/Format not on whitelist|Protocol .*not on whitelist/i, 'media_type_refused'],
  [
    /maximum pixels|Picture size \d+x\d+ is invalid|exceeds? max_pixels|Number of streams exceeds max_streams/i,
    'media_too_large',
  ],
  [/partial file|moov atom not found|Truncat|Packet corrupt|stream \d+, offset .*: partial/i, 'media_truncated'],
  [/Unknown encoder|Error while opening encoder/i, 'ffmpeg_failed'],
  [
    /Invalid data found when processing input|could not find codec parameters|EBML header parsing failed|End of file/i,
    'media_unreadable',
  ],
];

/** The code that a tool's complaints point to; null when they say nothing known. */
export const codeOfComplaint = (stderr: string): ErrorCode | null =>
  patterns.find(([pattern]) => pattern.test(stderr))?.[1] ?? null;

/** 128 and SIGXFSZ. */
const fileTooLargeExit = 153;

const stopCodes = {
  cancelled: 'job_cancelled',
  timeout: 'ffmpeg_timeout',
  stalled: 'ffmpeg_stalled',
  too_large: 'output_too_large',
  disk_full: 'disk_full',
  over_quota: 'quota_storage',
  over_memory: 'request_too_large',
} as const satisfies Record<string, ErrorCode>;

/** A tool that had this much of its memory when it failed for want of some failed for want of more than it may have. */
const nearlyAll = 0.25;

const lackCodes = new Set<ErrorCode | null>(['resource_exhausted', 'ffmpeg_killed']);

/**
 * The same for a tool that is held to an amount of memory: it is not the machine that lacks some, and trying again is no
 * use. One that fails long before it has that much was refused it by something else.
 */
export const codeWithin = (
  result: ToolResult,
  level: SandboxLevel,
  memoryBytes: number,
  tooLarge: 'request_too_large' | 'media_too_large',
): ErrorCode | null => {
  const code = codeOfResult(result, level);
  if (result.stopped === 'over_memory') return tooLarge;
  return lackCodes.has(code) && result.peakBytes >= memoryBytes * nearlyAll ? tooLarge : code;
};

/** Why a tool's run did not succeed; null when the tool itself has nothing to object. */
export const codeOfResult = (result: ToolResult, level: SandboxLevel): ErrorCode | null => {
  if (result.stopped !== null) return stopCodes[result.stopped];
  // With a sandbox it is the sandbox's own program that was started.
  if (result.spawnError !== null) return level === 'off' ? 'ffmpeg_missing' : 'sandbox_unavailable';
  // A shell's 128 + n is what bubblewrap reports for a child that a signal ended.
  const wasKilled =
    result.signal !== null || (result.exitCode !== null && result.exitCode > 128 && result.exitCode < 160);
  // What the kernel did not let it write, it did not write to a file that was allowed to grow.
  if (result.signal === 'SIGXFSZ' || result.exitCode === fileTooLargeExit) return 'output_too_large';
  if (wasKilled) return codeOfComplaint(result.stderrTail) === 'disk_full' ? 'disk_full' : 'ffmpeg_killed';
  return result.exitCode === 0 ? null : (codeOfComplaint(result.stderrTail) ?? 'ffmpeg_failed');
};
