import { join } from 'node:path';
import type { ErrorCode } from '@ffapi/contracts';
import type { Capture, ProgressBlock, Step } from '@ffapi/media';
import { MediaFailure } from './media-failure.ts';
import { hasWritten, readToolFile } from './output/tool-files.ts';
import { codeOfComplaint, codeOfResult, codeWithin } from './process/classify.ts';
import { redactPaths } from './process/redact.ts';
import { resolveArgv } from './process/resolve-argv.ts';
import { roomOf, type Room } from './process/room.ts';
import { runTool } from './process/run-tool.ts';
import type { ToolCall, ToolResult } from './process/run-tool.ts';
import type { ProgressMeter } from './progress.ts';
import type { Mounts } from './sandbox/sandbox.ts';
import type { RunLimits } from './run-limits.ts';
import {
  toolCommand,
  type ToolDefinition,
  type ToolDefinitions,
  type Tools,
  type ToolVerdicts,
} from './tools/index.ts';

export interface StepContext {
  /** What each tool is held to, as the plan has announced it. */
  readonly memoryBytes: number;
  readonly isOnGpu: boolean;
  readonly tools: Tools;
  readonly definitions: ToolDefinitions;
  readonly mounts: Mounts;
  readonly limits: RunLimits;
  readonly signal: AbortSignal;
  readonly meter: ProgressMeter;
  readonly onLog: (line: string) => void;
  /** When the job's wall clock runs out, on the clock of `performance.now()`. */
  readonly deadlineMs: number;
}

/** What the steps of one plan did together. */
export interface StepsOutcome {
  readonly captured: Record<string, string>;
  readonly lastBlock: ProgressBlock | null;
  readonly cpuSeconds: number;
  readonly wallMs: number;
  readonly complaints: number;
  readonly stderrTail: string;
  /** What the tool that said it meant; null when it said nothing known. */
  readonly complaint: ErrorCode | null;
}

const megabytes = (bytes: number): string => `${Math.floor(bytes / 1024 ** 2)} MiB`;

/** What the title of a code does not say: the figure. */
const figureOf = (code: ErrorCode, { limits, memoryBytes }: StepContext): string | null => {
  const { quotaBytesMax, freeBytesMin, outputBytesMax } = limits;
  if (code === 'request_too_large')
    return `The work needs more than the ${megabytes(memoryBytes)} of memory it may have.`;
  if (code === 'quota_storage')
    return `It wrote more than the ${megabytes(quotaBytesMax)} that this key may still store.`;
  if (code === 'output_too_large') return `It wrote more than ${megabytes(outputBytesMax)}.`;
  return code === 'disk_full' && freeBytesMin > 0
    ? `The worker keeps ${megabytes(freeBytesMin)} of its volume free.`
    : null;
};

const failStep = (code: ErrorCode, step: Step, result: ToolResult, context: StepContext): never => {
  const message = figureOf(code, context);
  throw new MediaFailure(
    code,
    { ...(message === null ? {} : { message }), step: step.id, exitCode: result.exitCode, signal: result.signal },
    redactPaths(result.stderrTail, context.mounts),
  );
};

const capturesOf = ({ capture = [] }: Step): Capture[] => [capture].flat();

/** What a step's stdout is: what is captured of it, else what its tool writes there. */
const stdoutOf = (step: Step, { readProgress }: ToolDefinition): ToolCall['stdout'] => {
  const isCaptured = capturesOf(step).some(({ from }) => from === 'stdout');
  return readProgress === undefined || isCaptured ? 'capture' : { readProgress };
};

const callTool = async (
  step: Step,
  argv: Step['argv'],
  context: StepContext,
  onBlock: (block: ProgressBlock) => void,
): Promise<ToolResult> => {
  const { tools, mounts, limits } = context;
  const definition = context.definitions[step.tool];
  if (!definition.accepts(argv))
    throw new MediaFailure('worker_failed', { message: `${step.tool} does not take such arguments`, step: step.id });
  const real = resolveArgv(argv, tools.sandbox, mounts, definition.resolve(argv, limits.threads));
  const room = roomOf(mounts.workDir, limits);
  const { memoryBytes } = context;
  // A GPU's driver reserves far more than it uses: there the tool is only watched.
  const held = context.isOnGpu ? {} : { memoryBytes };
  const command = toolCommand(tools, definition, real, mounts, { ...held, fileBytesMax: room.fileBytesMax });
  const left = Math.max(1, context.deadlineMs - performance.now());
  const result = await runTool({
    ...command,
    wallClockMs: Math.min(left, step.timeoutMs ?? left),
    stallMs: limits.stallMs,
    graceMs: limits.graceMs,
    signal: context.signal,
    stdout: stdoutOf(step, definition),
    isComplaint: definition.isComplaint,
    onProgress: onBlock,
    onLog: (line) => context.onLog(redactPaths(line, mounts)),
    memoryBytesMax: memoryBytes,
    mustStop: room.look,
  });
  return result.stopped === null ? { ...result, stopped: await outgrown(result, room, context, definition) } : result;
};

/** What was written between the last look and the end counts as well. */
const outgrown = async (
  result: ToolResult,
  room: Room,
  { tools }: StepContext,
  verdicts: ToolVerdicts,
): Promise<ToolResult['stopped']> => {
  if (codeOfResult(result, tools.sandbox.level, verdicts) === 'output_too_large') return room.reason;
  const reason = await room.look(true);
  // A volume that became full in the end has spoilt nothing that is whole.
  return reason === 'disk_full' ? null : reason;
};

const readCapture = async ({ from }: Capture, result: ToolResult, { workDir }: Mounts): Promise<string> => {
  if (from === 'stdout') return result.stdout;
  if (from === 'stderr') return result.stderrTail;
  return String(await readToolFile(workDir, join(workDir, 'scratch', from.scratch)));
};

const checkStep = (step: Step, result: ToolResult, context: StepContext): void => {
  const { memoryBytes, tools } = context;
  const definition = context.definitions[step.tool];
  const { failed } = definition.codes;
  const code = codeWithin(result, tools.sandbox.level, definition, memoryBytes, 'request_too_large');
  const isRefusal = code === failed || code === 'media_unreadable';
  if (code !== null) failStep(step.isHandWritten && isRefusal ? 'command_failed' : code, step, result, context);
  // A full disk ends in exit code 0 and an unplayable file: only the complaint tells.
  if (codeOfComplaint(result.stderrTail, definition) === 'disk_full') failStep('disk_full', step, result, context);
  if (definition.readProgress !== undefined && !result.sawEnd) failStep(failed, step, result, context);
};

const isDoubtful = async ({ mustWriteAll, writes }: Step, result: ToolResult, { mounts }: StepContext) => {
  if (result.stopped !== null) return false;
  if (result.exitCode !== 0 || result.complaints > 0) return true;
  return mustWriteAll === true && !(await hasWritten(mounts.workDir, writes));
};

/** What a tool has against the file itself; room, time and the tool are another matter. */
const refusals = new Set<ErrorCode | null>(['media_unreadable', 'media_truncated', 'media_codec_refused']);

const isRefused = (result: ToolResult, { tools }: StepContext, verdicts: ToolVerdicts): boolean => {
  const code = codeOfResult(result, tools.sandbox.level, verdicts);
  return code === verdicts.codes.failed || refusals.has(code);
};

interface StepRun {
  readonly result: ToolResult;
  readonly lastBlock: ProgressBlock | null;
  /** It did not succeed, and the plan goes on without it. */
  readonly isGivenUp: boolean;
}

const runStep = async (step: Step, context: StepContext): Promise<StepRun> => {
  let lastBlock: ProgressBlock | null = null;
  const onBlock = (block: ProgressBlock): void => {
    lastBlock = block;
    context.meter.block(block);
  };
  let result = await callTool(step, step.argv, context, onBlock);
  if (step.onComplaint && (await isDoubtful(step, result, context)))
    result = await callTool(step, step.onComplaint, context, onBlock);
  const isGivenUp = step.mayFail === true && isRefused(result, context, context.definitions[step.tool]);
  if (!isGivenUp) checkStep(step, result, context);
  return { result, lastBlock, isGivenUp };
};

/** Runs the steps of a plan one after the other; `share` is the part of the whole progress they cover. */
export const runSteps = async (
  steps: readonly Step[],
  context: StepContext,
  share: { readonly from: number; readonly to: number },
): Promise<StepsOutcome> => {
  const captured: Record<string, string> = {};
  let outcome: StepsOutcome = {
    captured,
    lastBlock: null,
    cpuSeconds: 0,
    wallMs: 0,
    complaints: 0,
    stderrTail: '',
    complaint: null,
  };
  let at = share.from;
  for (const step of steps) {
    const end = Math.min(share.to, at + step.weight * (share.to - share.from));
    context.meter.stage(step.id, at, end, step.expectedDurationMs);
    const { result, lastBlock, isGivenUp } = await runStep(step, context);
    for (const capture of capturesOf(step))
      captured[capture.name] = isGivenUp ? '' : await readCapture(capture, result, context.mounts);
    outcome = {
      captured,
      lastBlock: lastBlock ?? outcome.lastBlock,
      cpuSeconds: outcome.cpuSeconds + result.cpuSeconds,
      wallMs: outcome.wallMs + result.wallMs,
      complaints: outcome.complaints + result.complaints,
      ...(result.stderrTail === ''
        ? { stderrTail: outcome.stderrTail, complaint: outcome.complaint }
        : {
            stderrTail: result.stderrTail,
            complaint: codeOfComplaint(result.stderrTail, context.definitions[step.tool]),
          }),
    };
    at = end;
  }
  return outcome;
};
