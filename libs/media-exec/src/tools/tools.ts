import type { StepMemory } from '@ffapi/media';
import type { ToolLimits } from '../sandbox/limited.ts';
import type { Command, Mounts, Sandbox } from '../sandbox/sandbox.ts';
import { ffmpeg } from './ffmpeg.ts';
import { ffprobe } from './ffprobe.ts';
import type { ToolDefinition, ToolDefinitions, ToolPaths } from './tool.ts';

/** Every tool that a plan can name. */
export const toolDefinitions = { ffmpeg, ffprobe } as const satisfies ToolDefinitions;

/** What a step needs, by its tool. */
export const stepMemory: StepMemory = (step, facts, threads) =>
  toolDefinitions[step.tool].memoryBytes(step, facts, threads);

type ToolSetting = (typeof toolDefinitions)[keyof typeof toolDefinitions]['setting'];

/** The programs that settings name; `pathOf` gets a setting, and what is installed to have the program. */
export const toolPaths = (pathOf: (setting: ToolSetting, installed: string) => string): ToolPaths =>
  Object.fromEntries(
    Object.entries(toolDefinitions).map(([name, each]) => [`${name}Path`, pathOf(each.setting, each.package)]),
  );

/** The tools of this machine. */
export interface Tools extends ToolPaths {
  readonly sandbox: Sandbox;
}

/** The call of a tool in the sandbox, with what its definition lets it have. */
export const toolCommand = (
  tools: Tools,
  { path, extras }: ToolDefinition,
  argv: readonly string[],
  mounts: Mounts,
  limits: ToolLimits = {},
): Command => tools.sandbox.wrap(path(tools), argv, mounts, { ...limits, extras });
