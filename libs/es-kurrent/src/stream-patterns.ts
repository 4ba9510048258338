const tokenPattern = (token: string): string => {
  if (token === '*') return '[^.]+';
  if (token === '>') return '.+';
  return token.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
};

/** A regular expression for stream patterns with `*` (one token) and `>` (the rest). */
export const patternsRegex = (patterns: readonly string[]): string =>
  `^(${patterns.map((pattern) => pattern.split('.').map(tokenPattern).join('\\.')).join('|')})$`;
