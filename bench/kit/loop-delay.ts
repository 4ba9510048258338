import { quantile } from './statistics.ts';

const everyMs = 1;

/** What the loop's stops mean for something that comes every millisecond: a long stop keeps all of them waiting. */
export const waitsOf = (gapsMs: readonly number[]): number[] =>
  gapsMs.flatMap((gapMs) => {
    const longest = Math.max(0, gapMs - everyMs);
    return Array.from({ length: Math.floor(longest / everyMs) + 1 }, (_, at) => longest - at * everyMs);
  });

/** Watches this process's event loop until the end of the work, and says how long what came meanwhile had to wait. */
export const loopDelayDuring = async (work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> => {
  const gapsMs: number[] = [];
  let lastMs = performance.now();
  let timer: NodeJS.Timeout;
  const tick = (): void => {
    const nowMs = performance.now();
    gapsMs.push(nowMs - lastMs);
    lastMs = nowMs;
    timer = setTimeout(tick, everyMs);
  };
  timer = setTimeout(tick, everyMs);
  await work();
  clearTimeout(timer);
  const waitsMs = waitsOf(gapsMs);
  return { p50Ms: quantile(waitsMs, 0.5), p99Ms: quantile(waitsMs, 0.99), longestMs: quantile(waitsMs, 1) };
};
