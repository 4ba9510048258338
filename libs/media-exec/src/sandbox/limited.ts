/** What the kernel holds a tool to, whatever it does. */
export interface ToolLimits {
  /** Of each file that it writes. */
  readonly fileBytesMax?: number | undefined;
}

/** The call of a tool under these limits, and without dumps of its memory into its folder. */
export const limited = (tool: string, argv: readonly string[], { fileBytesMax = Infinity }: ToolLimits): string[] => [
  'prlimit',
  '--core=0',
  ...(Number.isFinite(fileBytesMax) ? [`--fsize=${Math.ceil(fileBytesMax)}`] : []),
  '--',
  tool,
  ...argv,
];
