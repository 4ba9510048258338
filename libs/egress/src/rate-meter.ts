export interface RateMeter {
  /** Counts bytes; `false` when a whole window brought fewer than the least rate. */
  add(sizeBytes: number, nowMs: number): boolean;
}

/** Watches for senders that drip: each window of time must bring its share of bytes. */
export const createRateMeter = (minRateBytesPerS: number, windowMs: number, startMs: number): RateMeter => {
  let windowStartMs = startMs;
  let windowBytes = 0;
  return {
    add(sizeBytes, nowMs) {
      windowBytes += sizeBytes;
      const elapsedMs = nowMs - windowStartMs;
      if (elapsedMs < windowMs) return true;
      const isFastEnough = windowBytes >= (minRateBytesPerS * elapsedMs) / 1000;
      windowStartMs = nowMs;
      windowBytes = 0;
      return isFastEnough;
    },
  };
};
