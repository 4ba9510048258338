/** A piece of a running service: stopped in reverse order of its start. */
export interface Running {
  /** Of a piece that comes to its end by itself: when it has. */
  readonly ended?: Promise<void>;
  /** Tasks that it works on, and would hand back if it were stopped now. */
  readonly inHand?: () => number;
  stop(): Promise<void>;
}
