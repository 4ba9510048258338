/** Longest line that is passed on; a longer one is cut, so that no output can fill the memory. */
const lineLengthMax = 4096;

/** Beyond this a tool is only raving: it is no longer heard line by line, and only its last words are. */
const heardCharsMax = 16 * 1024 * 1024;

/** Calls back once per line of a stream of chunks, in constant memory and with bounded work. */
export const lineSplitter = (onLine: (line: string) => void): { push(chunk: string): void; end(): void } => {
  let rest = '';
  let heardChars = 0;
  const flush = (line: string): void => onLine(line.slice(0, lineLengthMax).trimEnd());
  return {
    push: (chunk) => {
      heardChars += chunk.length;
      if (heardChars > heardCharsMax) {
        rest = (rest + chunk).slice(-lineLengthMax);
        return;
      }
      const lines = (rest + chunk).split('\n');
      rest = (lines.pop() ?? '').slice(0, lineLengthMax);
      lines.forEach(flush);
    },
    end: () => {
      if (rest !== '') rest.split('\n').forEach(flush);
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
