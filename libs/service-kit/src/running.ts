/** A piece of a running service: stopped in reverse order of its start. */
export interface Running {
  /** Of a piece that comes to its end by itself: when it has. */
  readonly ended?: Promise<void>;
  stop(): Promise<void>;
}
