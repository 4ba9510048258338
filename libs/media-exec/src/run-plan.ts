import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileIdentity } from '@ffapi/blob';
import type { Hardware, OperationId, WorkGrade } from '@ffapi/contracts';
import type { Capabilities, Json, Plan, PlanFn, PlannedOutput, ScratchText } from '@ffapi/media';
import { limitMemory, PlanRefusal } from '@ffapi/media';
import { MediaFailure } from './media-failure.ts';
import { missingLetters } from './missing-letters.ts';
import { withCopies } from './copied-inputs.ts';
import { blame } from './output/blame.ts';
import { bundleEntries, collect, outputPath } from './output/collect.ts';
import type { BundleEntry, Left } from './output/collect.ts';
import { finishLadder } from './output/ladder-post.ts';
import type { MediaSummary } from './output/media-summary.ts';
import { readProbeJson } from './output/probe-json.ts';
import { makeBesideTool, writeBesideTool } from './output/tool-files.ts';
import { verifyOutput } from './output/verify-output.ts';
import { decodingThreads } from './process/threads.ts';
import { progressMeter } from './progress.ts';
import type { Progress } from './progress.ts';
import type { RunInput } from './run-input.ts';
import { runSteps } from './run-steps.ts';
import type { StepContext, StepsOutcome } from './run-steps.ts';
import { defaultLimits, type RunLimits } from './run-limits.ts';
import { stepMemory, toolDefinitions, type Tools } from './tools/index.ts';

/** One piece of work; the plan function is handed in, so that this package knows no operation. */
export interface RunRequest {
  readonly operation: OperationId;
  readonly plan: PlanFn;
  readonly params: unknown;
  readonly inputs: Readonly<Record<string, RunInput>>;
  /** An empty folder of this job's own; outputs stay in it until the caller removes it. */
  readonly workDir: string;
  readonly hardware: Hardware;
  /** With a GPU: how much of the work it gets; absent: all that it can. */
  readonly grade?: Exclude<WorkGrade, 'cpu'>;
  readonly limits?: Partial<RunLimits>;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly onLog?: (line: string) => void;
  readonly onPlan?: (plan: Plan) => void;
}

export interface Artifact {
  readonly name: string;
  /** The file, or the folder of a bundle. */
  readonly path: string;
  readonly kind: 'file' | 'bundle';
  readonly contentType: string;
  readonly sizeBytes: number;
  /** The file that was verified; of a bundle each entry has its own. */
  readonly identity?: FileIdentity;
  readonly main?: string;
  readonly entries?: readonly BundleEntry[];
  readonly media: MediaSummary;
}

export interface RunStats {
  readonly frames: number | null;
  readonly fps: number | null;
  readonly speed: number | null;
  readonly bitrateKbps: number | null;
  readonly sizeBytes: number;
  readonly cpuSeconds: number;
  readonly wallMs: number;
  readonly device: 'cpu' | 'gpu';
}

export interface RunOutcome {
  readonly artifacts: readonly Artifact[];
  readonly plan: Plan;
  readonly result?: Json;
  readonly stats: RunStats;
  readonly warnings: readonly string[];
}

/** Loudness is measured on the encoded file and corrected a few times; nothing needs more. */
const roundsMax = 8;
/** The part of what is still to be done that a round of measuring is, where its plan does not say. */
const measureShare = 0.125;

/** The plan for a request as the plan function sees it now; its refusals become failures. */
export const planOf = (
  request: Pick<RunRequest, 'plan' | 'params' | 'inputs' | 'hardware' | 'limits'>,
  caps: Capabilities,
  measured: Readonly<Record<string, unknown>>,
): Plan => {
  const { memoryBytesMax } = { ...defaultLimits, ...request.limits };
  const facts = Object.fromEntries(Object.entries(request.inputs).map(([name, input]) => [name, input.facts]));
  try {
    const plan = request.plan({ params: request.params as never, facts, caps, measured, hardware: request.hardware });
    return limitMemory(plan, facts, { memoryBytesMax, threads: decodingThreads, stepMemory });
  } catch (error) {
    if (error instanceof PlanRefusal) throw new MediaFailure(error.code, { message: error.message });
    throw error;
  }
};

const scratchText = (text: ScratchText, { tools, mounts }: StepContext): string => {
  if (typeof text === 'string') return text;
  const paths = text.concat.map((file) => ('in' in file ? tools.sandbox.inputPath(mounts, file.in) : file.scratch));
  return ['ffconcat version 1.0', ...paths.map((path) => `file '${path.replaceAll("'", `'\\''`)}'`), ''].join('\n');
};

const writeScratch = async ({ scratch = {} }: Plan, context: StepContext): Promise<void> => {
  const { workDir } = context.mounts;
  for (const [name, text] of Object.entries(scratch))
    await writeBesideTool(workDir, join(workDir, 'scratch', name), scratchText(text, context));
};

const memoryOf = ({ limits, device }: Plan): Pick<StepContext, 'memoryBytes' | 'isOnGpu'> => ({
  memoryBytes: limits?.memoryBytes ?? Infinity,
  isOnGpu: device === 'gpu',
});

interface Measured {
  readonly plan: Plan;
  readonly cpuSeconds: number;
  readonly share: number;
  /** The last round of measuring; it made the outputs when the plan has no step left. */
  readonly last: StepsOutcome | null;
}

/** Plans, runs what has to be measured, and plans again, until the plan is one that can run. */
const planByMeasuring = async (request: RunRequest, caps: Capabilities, given: StepContext): Promise<Measured> => {
  let context = given;
  const measured: Record<string, unknown> = {};
  let [cpuSeconds, share] = [0, 0];
  let last: StepsOutcome | null = null;
  for (let round = 0; round <= roundsMax; round++) {
    const plan = planOf(request, caps, measured);
    context = { ...context, ...memoryOf(plan) };
    if (plan.kind === 'run') return { plan, cpuSeconds, share, last };
    const to = share + (1 - share) * (plan.measureShare ?? measureShare);
    await writeScratch(plan, context);
    last = await runSteps(plan.steps, context, { from: share, to });
    Object.assign(measured, last.captured);
    [cpuSeconds, share] = [cpuSeconds + last.cpuSeconds, to];
  }
  throw new MediaFailure('ffmpeg_failed', { message: `measuring did not end after ${roundsMax} rounds` });
};

// Its time is counted with the measuring already.
const measuredOutcome = (last: StepsOutcome): StepsOutcome => ({ ...last, wallMs: 0, cpuSeconds: 0 });

const isCaptured = (value: Json): value is { captured: string } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && 'captured' in value;

const resultOf = (plan: Plan, captured: Readonly<Record<string, string>>): Json | undefined => {
  if (plan.result === undefined || !isCaptured(plan.result)) return plan.result;
  return readProbeJson(captured[plan.result.captured] ?? '') as Json;
};

const finishOutput = async (output: PlannedOutput, workDir: string): Promise<void> => {
  const path = outputPath(workDir, output);
  if (output.content !== undefined) await writeBesideTool(workDir, path, output.content);
  if (output.post === undefined) return;
  const entries = new Map((await bundleEntries(workDir, path)).map((entry) => [entry.path, entry]));
  await finishLadder({ workDir, folder: path, main: output.main ?? '', entries }, output.post);
};

/** Damage that is too small to fail for: the output has its length within the tolerance. */
const inputWarnings = (outcome: StepsOutcome): string[] =>
  outcome.complaint === 'media_truncated' ? ['the input looks cut off at its end'] : [];

/** What a command of the caller's own has left out is no fault of the platform. */
const asCallers = (plan: Plan, failure: MediaFailure): MediaFailure =>
  failure.code === 'output_invalid' && plan.steps.some(({ isHandWritten }) => isHandWritten)
    ? new MediaFailure('command_failed', failure.details, failure.stderrTail)
    : failure;

const artifactOf = (output: PlannedOutput, workDir: string, left: Left, media: MediaSummary): Artifact => {
  const { name, kind, contentType } = output;
  const base = { name, path: outputPath(workDir, output), kind, contentType, media, sizeBytes: left.sizeBytes };
  return kind === 'file'
    ? { ...base, identity: left.entries[0]?.identity }
    : { ...base, main: output.main, entries: left.entries };
};

const statsOf = (
  plan: Plan,
  outcome: StepsOutcome,
  artifacts: readonly Artifact[],
  cpuSeconds: number,
  wallMs: number,
): RunStats => {
  const sizeBytes = artifacts.reduce((sum, artifact) => sum + artifact.sizeBytes, 0);
  const durationMs = artifacts[0]?.media.durationMs ?? null;
  const frames = outcome.lastBlock?.frame ?? null;
  return {
    frames,
    fps: frames === null || outcome.wallMs === 0 ? null : Math.round((frames / outcome.wallMs) * 10_000) / 10,
    speed: outcome.lastBlock?.speed ?? null,
    bitrateKbps: durationMs === null || durationMs === 0 ? null : Math.round((sizeBytes * 8) / durationMs),
    sizeBytes,
    cpuSeconds,
    wallMs,
    device: plan.device,
  };
};

/** What the tools may open; a subtitle file was read as text, and stays outside. */
const mountedInputs = (inputs: RunRequest['inputs']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(inputs).flatMap(([name, { path, facts }]) => (facts.text === undefined ? [[name, path]] : [])),
  );

const unheardIn = (inputs: RunRequest['inputs']): string[] =>
  Object.entries(inputs).flatMap(([name, { facts }]) => facts.unheard.map((what) => `${name}: ${what}`));

/** Runs one operation to verified outputs, or throws a `MediaFailure`. */
export const runPlan = async (given: RunRequest, tools: Tools, known: Capabilities): Promise<RunOutcome> => {
  const caps = given.grade === 'gpu_encode' ? { ...known, hardwareDecoders: [] } : known;
  const startedAt = performance.now();
  const limits = { ...defaultLimits, ...given.limits };
  const { workDir, signal } = given;
  await Promise.all(['out', 'scratch'].map((name) => mkdir(join(workDir, name), { recursive: true })));
  const arrived: StepContext = {
    memoryBytes: limits.memoryBytesMax,
    isOnGpu: false,
    tools,
    definitions: toolDefinitions,
    mounts: {
      inputs: mountedInputs(given.inputs),
      workDir,
    },
    limits,
    signal,
    meter: progressMeter(given.onProgress ?? (() => {}), () => performance.now()),
    onLog: given.onLog ?? (() => {}),
    deadlineMs: startedAt + limits.wallClockMs,
  };
  // Who asks what a picture is wants to hear of that one.
  const redraws = given.operation !== 'probe';
  const request = { ...given, inputs: await withCopies(given.inputs, arrived, { redraws }) };
  const unplanned = { ...arrived, mounts: { ...arrived.mounts, inputs: mountedInputs(request.inputs) } };
  const measured = await planByMeasuring(request, caps, unplanned);
  const { plan } = measured;
  const context = { ...unplanned, ...memoryOf(plan) };
  request.onPlan?.(plan);
  const boxes = await missingLetters(plan, context, caps.fontsDir);
  await writeScratch(plan, context);
  // The DASH muxer does not make its own folder.
  for (const output of plan.outputs)
    if (output.kind === 'bundle') await makeBesideTool(workDir, outputPath(workDir, output));
  const ran = await runSteps(plan.steps, context, { from: measured.share, to: 1 });
  const outcome = plan.steps.length === 0 && measured.last ? measuredOutcome(measured.last) : ran;
  context.meter.stage('verify', 0.99, 1, 0);
  const artifacts: Artifact[] = [];
  for (const output of plan.outputs) {
    const options = { signal, outTimeMs: outcome.lastBlock?.outTimeMs ?? null };
    try {
      await finishOutput(output, workDir);
      const left = await collect(workDir, output);
      artifacts.push(artifactOf(output, workDir, left, await verifyOutput(tools, workDir, output, left, options)));
    } catch (error) {
      throw asCallers(plan, await blame(error, workDir, outcome));
    }
  }
  const wallMs = Math.round(performance.now() - startedAt);
  return {
    artifacts,
    plan,
    result: resultOf(plan, outcome.captured),
    stats: statsOf(plan, outcome, artifacts, measured.cpuSeconds + outcome.cpuSeconds, wallMs),
    warnings: [...plan.warnings, ...unheardIn(request.inputs), ...boxes, ...inputWarnings(outcome)],
  };
};
