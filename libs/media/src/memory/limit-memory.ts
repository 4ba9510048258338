import type { MediaFacts } from '../facts/media-facts.ts';
import { refusePlan, type Plan } from '../plans/plan.ts';
import type { StepMemory } from './step-memory.ts';

export interface MemoryRules {
  /** Most that one tool may have. */
  readonly memoryBytesMax: number;
  /** Threads that decode. */
  readonly threads: number;
  /** What a step needs. */
  readonly stepMemory: StepMemory;
}

const mebibyte = 1024 * 1024;
/** Little work is given more than it needs: it is not worth a wrong guess. */
const memoryBytesMin = 1024 * mebibyte;
/** Codecs may keep more frames than they commonly do. */
const reserve = 1.5;

const megabytes = (bytes: number): string => `${Math.ceil(bytes / mebibyte)} MiB`;

/** The plan with the memory that its tools are held to; refuses one that needs more than a tool may have. */
export const limitMemory = (
  plan: Plan,
  facts: Readonly<Record<string, MediaFacts>>,
  { memoryBytesMax, threads, stepMemory }: MemoryRules,
): Plan => {
  const needed = Math.max(0, ...plan.steps.map((step) => stepMemory(step, facts, threads)));
  if (needed > memoryBytesMax)
    refusePlan(
      'request_too_large',
      `The work needs about ${megabytes(needed)} of memory; it may have ${megabytes(memoryBytesMax)}.`,
    );
  const memoryBytes = Math.round(Math.min(memoryBytesMax, Math.max(memoryBytesMin, needed * reserve)));
  return { ...plan, limits: { memoryBytes } };
};
