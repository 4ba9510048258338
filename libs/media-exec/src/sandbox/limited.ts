/** What the kernel holds a tool to, whatever it does. */
export interface ToolLimits {
  /** Of each file that it writes. */
  readonly fileBytesMax?: number | undefined;
  /** Of what it may have of its own. */
  readonly memoryBytes?: number | undefined;
}

/** Programs and libraries, which are not counted as the tool's own. */
const programBytes = 64 * 1024 * 1024;
/** A thread's stack counts whole from its start; none of the tools goes deep. */
const stackBytes = 2 * 1024 * 1024;

const memoryFlags = (memoryBytes = Infinity): string[] =>
  Number.isFinite(memoryBytes)
    ? [`--data=${Math.ceil(Math.max(programBytes, memoryBytes - programBytes))}`, `--stack=${stackBytes}`]
    : [];

/** The call of a tool under these limits, and without dumps of its memory into its folder. */
export const limited = (
  tool: string,
  argv: readonly string[],
  { fileBytesMax = Infinity, memoryBytes }: ToolLimits,
): string[] => [
  'prlimit',
  '--core=0',
  ...(Number.isFinite(fileBytesMax) ? [`--fsize=${Math.ceil(fileBytesMax)}`] : []),
  ...memoryFlags(memoryBytes),
  '--',
  tool,
  ...argv,
];
