const tokenPattern = (token: string): string => {
  if (token === '*') return '[^.]+';
  if (token === '>') return '.+';
  return token.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
};

/** A regular expression for stream patterns with `*` (one token) and `>` (the rest). */
export const patternsRegex = (patterns: readonly string[]): string =>
  `^(${patterns.map((pattern) => pattern.split('.').map(tokenPattern).join('\\.')).join('|')})$`;

/** Whether a stream is one of those asked for; no patterns mean all. */
export const streamMatcher = (patterns: readonly string[] | undefined): ((stream: string) => boolean) => {
  if (patterns === undefined) return () => true;
  const wanted = new RegExp(patternsRegex(patterns));
  return (stream) => wanted.test(stream);
};
