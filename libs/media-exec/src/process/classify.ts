import type { ErrorCode } from '@ffapi/contracts';
import type { SandboxLevel } from '../sandbox/sandbox.ts';
import type { ToolVerdicts, ToolWords } from '../tools/tool.ts';
import type { StopReason, ToolResult } from './run-tool.ts';

/** What is said by those that start a tool, and by the system whatever the tool. */
const systemWords: ToolWords = [
  [/^(bwrap|setpriv|prlimit): /m, 'sandbox_unavailable'],
  [/No space left on device|Disk quota exceeded/i, 'disk_full'],
];

/** The code that a tool's complaints point to; null when they say nothing known. */
export const codeOfComplaint = (stderr: string, { codes, words }: ToolVerdicts): ErrorCode | null => {
  if (/^prlimit: failed to execute/m.test(stderr)) return codes.missing;
  return [...systemWords, ...words].find(([pattern]) => pattern.test(stderr))?.[1] ?? null;
};

/** 128 and SIGXFSZ. */
const fileTooLargeExit = 153;

const stopCodes = {
  cancelled: 'job_cancelled',
  too_large: 'output_too_large',
  disk_full: 'disk_full',
  over_quota: 'quota_storage',
  over_memory: 'request_too_large',
} as const satisfies Partial<Record<StopReason, ErrorCode>>;

/** A tool that had this much of its memory when it failed for want of some failed for want of more than it may have. */
const nearlyAll = 0.25;

/**
 * The same for a tool that is held to an amount of memory: it is not the machine that lacks some, and trying again is no
 * use. One that fails long before it has that much was refused it by something else.
 */
export const codeWithin = (
  result: ToolResult,
  level: SandboxLevel,
  verdicts: ToolVerdicts,
  memoryBytes: number,
  tooLarge: 'request_too_large' | 'media_too_large',
): ErrorCode | null => {
  const code = codeOfResult(result, level, verdicts);
  if (result.stopped === 'over_memory') return tooLarge;
  const lacks = code === 'resource_exhausted' || code === verdicts.codes.killed;
  return lacks && result.peakBytes >= memoryBytes * nearlyAll ? tooLarge : code;
};

/** Why a tool's run did not succeed; null when the tool itself has nothing to object. */
export const codeOfResult = (result: ToolResult, level: SandboxLevel, verdicts: ToolVerdicts): ErrorCode | null => {
  const { codes } = verdicts;
  if (result.stopped !== null) return { ...stopCodes, ...codes }[result.stopped];
  // With a sandbox it is the sandbox's own program that was started.
  if (result.spawnError !== null) return level === 'off' ? codes.missing : 'sandbox_unavailable';
  // A shell's 128 + n is what bubblewrap reports for a child that a signal ended.
  const wasKilled =
    result.signal !== null || (result.exitCode !== null && result.exitCode > 128 && result.exitCode < 160);
  // What the kernel did not let it write, it did not write to a file that was allowed to grow.
  if (result.signal === 'SIGXFSZ' || result.exitCode === fileTooLargeExit) return 'output_too_large';
  const complaint = codeOfComplaint(result.stderrTail, verdicts);
  if (wasKilled) return complaint === 'disk_full' ? complaint : codes.killed;
  return result.exitCode === 0 ? null : (complaint ?? codes.failed);
};
