const lengthMax = 120;

const isFlat = (value: object): boolean =>
  Object.values(value).every((each) => typeof each !== 'object' || each === null || Object.keys(each).length === 0);

/** What holds no further members, on one line. */
const onOneLine = (value: object): string => {
  const one = (each: unknown): string => JSON.stringify(each);
  if (Array.isArray(value)) return `[${value.map(one).join(', ')}]`;
  const members = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${one(each)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
};

/** JSON with one space a level, in which what is short and holds nothing further has one line. */
export const shortJson = (value: unknown, level = 0): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isFlat(value)) {
    const line = onOneLine(value);
    if (line.length <= lengthMax) return line;
  }
  const inner = ' '.repeat(level + 1);
  const parts = Array.isArray(value)
    ? value.map((each) => shortJson(each, level + 1))
    : Object.entries(value)
        .filter(([, each]) => each !== undefined)
        .map(([key, each]) => `${JSON.stringify(key)}: ${shortJson(each, level + 1)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${' '.repeat(level)}${close}`;
};
