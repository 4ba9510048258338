/** A piece of a running service: stopped in reverse order of its start. */
export interface Running {
  stop(): Promise<void>;
}
