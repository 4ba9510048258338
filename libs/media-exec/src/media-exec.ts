import type { Capabilities, MediaFacts, Plan } from '@ffapi/media';
import { readCapabilities } from './capabilities.ts';
import type { GpuFindings, GpuOptions } from './gpu/find-gpu.ts';
import { probeFile } from './probe-file.ts';
import type { Probed, ProbeOptions } from './probe-file.ts';
import { planOf, runPlan } from './run-plan.ts';
import type { RunOutcome, RunRequest } from './run-plan.ts';
import { createSandbox } from './sandbox/create-sandbox.ts';
import { gpuPaths } from './sandbox/gpu-paths.ts';
import type { SandboxLevel } from './sandbox/sandbox.ts';
import { selfTest } from './sandbox/self-test.ts';
import type { SelfTest } from './sandbox/self-test.ts';
import { readSubtitle } from './subtitle/read-subtitle.ts';
import type { RunLimits } from './run-limits.ts';
import type { ToolPaths, Tools } from './tools/index.ts';

export interface MediaExecOptions extends ToolPaths {
  readonly sandbox: SandboxLevel;
  readonly bwrapPath?: string;
  readonly fontsDir?: string;
  readonly limits?: Partial<RunLimits>;
  /** Absent: no GPU is touched. */
  readonly gpu?: GpuOptions;
  /** What is known of the tools already; without it they are asked, which takes half a second. */
  readonly capabilities?: Capabilities;
}

/** The only door to the media tools. */
export interface MediaExec {
  /** Proves that the sandbox holds, once when it does; a worker that gets `ok: false` must refuse jobs. */
  selfTest(): Promise<SelfTest>;
  /** What this machine's FFmpeg can do; found out once. */
  capabilities(): Promise<Capabilities>;
  /** What the GPU was seen to do; `null` without one. */
  gpuFindings(): Promise<GpuFindings | null>;
  /** Forgets what was found out, so that it is found out anew. */
  redetect(): void;
  probe(path: string, options?: ProbeOptions): Promise<Probed>;
  /** The facts of a subtitle file, which is text and no media. */
  readSubtitle(path: string): Promise<MediaFacts>;
  run(request: RunRequest): Promise<RunOutcome>;
  /** The plan alone; where a measurement is needed first, the measuring plan. */
  dryRun(request: Pick<RunRequest, 'plan' | 'params' | 'inputs' | 'hardware' | 'limits'>): Promise<Plan>;
}

/** Media tools behind a sandbox. */
export const createMediaExec = (options: MediaExecOptions): MediaExec => {
  const { gpu } = options;
  const tools: Tools = {
    ...options,
    sandbox: createSandbox({ ...options, gpu: gpu && gpuPaths() }),
  };
  const fonts = tools.sandbox.fontsPath === undefined ? {} : { fontsDir: tools.sandbox.fontsPath };
  let known: ReturnType<typeof readCapabilities> | undefined =
    options.capabilities && Promise.resolve({ capabilities: options.capabilities, found: null });
  const look = (): ReturnType<typeof readCapabilities> => {
    known ??= readCapabilities(tools, gpu).catch((error: unknown) => {
      // A failed look is repeated: the tools may be installed later.
      known = undefined;
      throw error;
    });
    return known;
  };
  let tested: Promise<SelfTest> | undefined;
  const testOnce = (): Promise<SelfTest> => {
    tested ??= selfTest(tools).then(
      (said) => {
        if (!said.ok) tested = undefined;
        return said;
      },
      (error: unknown) => {
        tested = undefined;
        throw error;
      },
    );
    return tested;
  };
  const capabilities = async (): Promise<Capabilities> => ({ ...(await look()).capabilities, ...fonts });
  return {
    selfTest: testOnce,
    capabilities,
    gpuFindings: async () => (await look()).found,
    redetect: () => {
      known = undefined;
    },
    probe: (path, probeOptions) => probeFile(tools, path, probeOptions),
    readSubtitle,
    run: async (request) =>
      runPlan({ ...request, limits: { ...options.limits, ...request.limits } }, tools, await capabilities()),
    dryRun: async (request) =>
      planOf({ ...request, limits: { ...options.limits, ...request.limits } }, await capabilities(), {}),
  };
};
