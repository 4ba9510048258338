export interface ConfigProblem {
  readonly name: string;
  readonly value: string;
  readonly problem: string;
}

/** What is wrong with two settings that are of no use one without the other: nothing, or that one is missing. */
export const givenTogether = (
  config: Readonly<Record<string, unknown>>,
  first: string,
  second: string,
): ConfigProblem[] => {
  if ((config[first] === undefined) === (config[second] === undefined)) return [];
  const name = config[first] === undefined ? first : second;
  return [{ name, value: '', problem: `${first} and ${second} are given together` }];
};

/** What is wrong with two settings of which at least one must be given: nothing, or that none is. */
export const oneGiven = (config: Readonly<Record<string, unknown>>, first: string, second: string): ConfigProblem[] => {
  if (config[first] !== undefined || config[second] !== undefined) return [];
  return [{ name: first, value: '', problem: `${first} or ${second} is needed` }];
};
