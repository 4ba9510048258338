import type { ErrorCode } from '@ffapi/contracts';
import type { ProgressBlock, StepMemory, Token, ToolName } from '@ffapi/media';
import type { Resolved } from '../process/threads.ts';
import type { Extra } from '../sandbox/sandbox.ts';

/** The reports that are complete in a text, and the rest to put before the next read. */
export type ReadProgress = (text: string) => { readonly blocks: readonly ProgressBlock[]; readonly rest: string };

/** What words on stderr mean; the first that match decide. */
export type ToolWords = readonly (readonly [RegExp, ErrorCode])[];

/** Codes of what may become of every tool. */
export interface ToolCodes {
  readonly missing: ErrorCode;
  /** It ended with an error, and its words say nothing known. */
  readonly failed: ErrorCode;
  readonly killed: ErrorCode;
  readonly stalled: ErrorCode;
  readonly timeout: ErrorCode;
}

/** How a tool's end is understood. */
export interface ToolVerdicts {
  readonly words: ToolWords;
  readonly codes: ToolCodes;
}

/** All that has to be known of a program to run steps with it. */
export interface ToolDefinition extends ToolVerdicts {
  /** The setting that says which program it is, and what is installed to have it. */
  readonly setting: string;
  readonly package: string;
  /** Which program it is here. */
  path(paths: ToolPaths): string;
  /** Whether a step may run it with these arguments. */
  accepts(argv: readonly Token[]): boolean;
  /** Choices in its arguments that depend on the machine; `threads` is what an encoder may have, 0 leaves it to the tool. */
  resolve(argv: readonly Token[], threads: number): Resolved;
  /** What the sandbox lets it have beside its inputs and its folder. */
  readonly extras: readonly Extra[];
  /** What a step is held to, and refused for. */
  readonly memoryBytes: StepMemory;
  /** Of a call that is no step of a plan. */
  readonly look?: { readonly wallClockMs: number; readonly stallMs: number; readonly memoryBytes?: number };
  /** Reads its reports on stdout, the last of which must arrive; absent: it makes none, and stdout is kept as a text. */
  readonly readProgress?: ReadProgress;
  /** Whether a line of stderr is an objection of its own, although it may go on. */
  isComplaint(line: string): boolean;
}

export type ToolDefinitions = Readonly<Record<ToolName, ToolDefinition>>;

/** Where the tools are on this machine; absent: on PATH. */
export type ToolPaths = { readonly [Name in ToolName as `${Name}Path`]?: string };
