export { ffmpeg } from './ffmpeg.ts';
export { ffprobe } from './ffprobe.ts';
export type { ToolDefinition, ToolDefinitions, ToolPaths, ToolVerdicts } from './tool.ts';
export { stepMemory, toolCommand, toolDefinitions, toolPaths, type Tools } from './tools.ts';
