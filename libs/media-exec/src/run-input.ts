import type { MediaFacts } from '@ffapi/media';

/** A file that a plan reads, and what is known of it. */
export interface RunInput {
  readonly path: string;
  readonly facts: MediaFacts;
}
