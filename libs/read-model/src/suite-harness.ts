import type { ReadModel } from './read-model.ts';

/** What an adapter's test gives to the suite. */
export interface ReadModelHarness {
  open(): Promise<ReadModel>;
  close(): Promise<void>;
}
