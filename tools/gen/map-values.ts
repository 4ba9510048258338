export const mapValues = <T, U>(
  all: Readonly<Record<string, T>>,
  change: (each: T, key: string) => U,
): Record<string, U> => Object.fromEntries(Object.entries(all).map(([key, each]) => [key, change(each, key)]));
