/** Runs this for each of them, so many at a time, in their order. */
export const sideBySide = async <T>(
  all: readonly T[],
  atATime: number,
  run: (each: T) => Promise<void>,
): Promise<void> => {
  const waiting = all.values();
  const lane = async (): Promise<void> => {
    for (const each of waiting) await run(each);
  };
  await Promise.all(Array.from({ length: atATime }, lane));
};
