export interface Pace {
  readonly windowMs: number;
  readonly minBytesPerSecond: number;
}

/** Where a transfer stood when it was last known to go well. */
export interface Mark {
  readonly atMs: number;
  readonly bytes: number;
}

/**
 * Judges a transfer by its bytes so far: `slow` when a whole window has passed with too few of them, else the mark to
 * compare with next time.
 */
export const judgePace = (mark: Mark, now: Mark, { windowMs, minBytesPerSecond }: Pace): Mark | 'slow' => {
  if (now.atMs - mark.atMs < windowMs) return mark;
  const leastBytes = Math.max(1, (minBytesPerSecond * (now.atMs - mark.atMs)) / 1000);
  return now.bytes - mark.bytes < leastBytes ? 'slow' : now;
};
