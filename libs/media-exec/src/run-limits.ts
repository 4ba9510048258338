/** Limits of one job on one worker. */
export interface RunLimits {
  readonly wallClockMs: number;
  readonly stallMs: number;
  /** Between TERM and KILL. */
  readonly graceMs: number;
  /** Of all that the tools of one job write. */
  readonly outputBytesMax: number;
  /** What whoever the job is for may still store. */
  readonly quotaBytesMax: number;
  /** What the volume keeps free, whatever a tool writes. */
  readonly freeBytesMin: number;
  /** Of one tool; work that needs more is refused. */
  readonly memoryBytesMax: number;
  /** Threads an encoder may use; 0 leaves it to the encoder. */
  readonly threads: number;
}

export const defaultLimits: RunLimits = {
  wallClockMs: 7_200_000,
  stallMs: 60_000,
  graceMs: 5_000,
  outputBytesMax: 64 * 1024 ** 3,
  quotaBytesMax: Infinity,
  freeBytesMin: 0,
  memoryBytesMax: 4 * 1024 ** 3,
  threads: 0,
};
