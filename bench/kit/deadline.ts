/** Work did not end in the time it was given. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/** The work's result, or `DeadlinePassed`. */
export const withDeadline = async <T>(what: string, ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlinePassed(`${what} did not end within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
