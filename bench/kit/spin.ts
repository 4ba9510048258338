const loops = 4_000_000;

const spinOnce = (): number => {
  const startMs = performance.now();
  let state = 1;
  for (let i = 0; i < loops; i++) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
  const durationMs = performance.now() - startMs;
  // The result is used, so that the loop cannot be optimised away.
  return state === 0 ? durationMs + 1 : durationMs;
};

/** What a fixed piece of arithmetic takes now; the best of a few, so that one lost time slice does not count. */
export const spinMs = (): number => Math.min(spinOnce(), spinOnce(), spinOnce());

/** How far two spins lie apart, as a share of the shorter one. */
export const driftOf = (beforeMs: number, afterMs: number): number =>
  Math.abs(afterMs - beforeMs) / Math.min(beforeMs, afterMs);
