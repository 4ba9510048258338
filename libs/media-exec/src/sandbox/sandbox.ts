import type { ToolLimits } from './limited.ts';

/** What one run may see: its inputs, read-only, and one folder that it may write. */
export interface Mounts {
  readonly inputs: Readonly<Record<string, string>>;
  /** Holds `out/` and `scratch/`; the tool starts in `scratch/`. */
  readonly workDir: string;
}

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export type SandboxLevel = 'required' | 'external' | 'off';

/** What a tool sees of the machine's files, and where. */
export interface Shown {
  readonly from: string;
  readonly at: string;
  readonly isWritable?: true;
}

/** What a sandbox can let a tool have beside its mounts: the operator's fonts, and the GPU of a pool that has one. */
export type Extra = 'fonts' | 'gpu';

export interface WrapOptions extends ToolLimits {
  /** Absent: all that there are. */
  readonly extras?: readonly Extra[];
}

/** A way of starting a tool such that it cannot reach more than its mounts. */
export interface Sandbox {
  readonly level: SandboxLevel;
  /** Where the tool finds an input. */
  inputPath(mounts: Mounts, name: string): string;
  /** Where the tool finds the operator's fonts, if there are any. */
  readonly fontsPath?: string;
  /** Where the tool finds its work folder. */
  workPath(mounts: Mounts): string;
  /** All that a tool sees of the machine's files; absent where that is no matter of mounts. */
  shown?(tool: string, mounts: Mounts): readonly Shown[];
  wrap(tool: string, argv: readonly string[], mounts: Mounts, options?: WrapOptions): Command;
}

/** The environment of every tool: nothing of the worker's own. SVT-AV1 would print a line for every thread it starts. */
export const toolEnv: Readonly<Record<string, string>> = {
  PATH: '/usr/bin:/bin',
  HOME: '/tmp',
  LANG: 'C.UTF-8',
  SVT_LOG: '1',
};
