import { availableParallelism } from 'node:os';
import type { Token } from '@ffapi/media';

/** With more, a picture is cut too small to be worth it, and each of them holds frames. */
const threadsMax = 16;
const cores = Math.min(threadsMax, availableParallelism());

/** Threads of the only input of a call, and of a graph of filters: FFmpeg's own choice, but bounded. */
export const decodingThreads = Math.min(threadsMax, cores + 1);

/** Choices of a step that depend on the machine. */
export interface Resolved {
  readonly threads: number;
  readonly decoderThreads: number;
  readonly filterThreads: number;
}

/** Threads for one call: many inputs share what one would have. */
export const threadsFor = (argv: readonly Token[], encoderThreads: number): Resolved => {
  const inputs = argv.filter((token) => token === '-i').length;
  return {
    // 0 is the encoder's own choice, which grows with the cores without end.
    threads: encoderThreads === 0 && availableParallelism() > threadsMax ? threadsMax : encoderThreads,
    decoderThreads: inputs > 1 ? Math.max(1, Math.floor(cores / inputs)) : decodingThreads,
    filterThreads: decodingThreads,
  };
};
