/** Longest line that is passed on; a longer one is cut, so that no output can fill the memory. */
const lineLengthMax = 4096;

/** Calls back once per line of a stream of chunks, in constant memory. */
export const lineSplitter = (onLine: (line: string) => void): { push(chunk: string): void; end(): void } => {
  let rest = '';
  const flush = (line: string): void => onLine(line.slice(0, lineLengthMax).trimEnd());
  return {
    push: (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = (lines.pop() ?? '').slice(0, lineLengthMax);
      lines.forEach(flush);
    },
    end: () => {
      if (rest !== '') flush(rest);
      rest = '';
    },
  };
};

/** The last bytes of a text that keeps growing. */
export const tailBuffer = (sizeMax: number): { add(line: string): void; text(): string } => {
  let text = '';
  return {
    add: (line) => {
      text += `${line}\n`;
      // Cut rarely: cutting at every line of a flood costs more than reading it.
      if (text.length > 16 * sizeMax) text = text.slice(-sizeMax);
    },
    text: () => text.slice(-sizeMax).trimEnd(),
  };
};
