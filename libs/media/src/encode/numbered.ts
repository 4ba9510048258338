import type { Token } from '../argv/token.ts';

/**
 * Options of pictures, for the n-th of them alone: `-b:v` becomes `-b:v:n`. They stand in pairs of a name and a value.
 */
export const numbered = (args: readonly Token[], n: number): Token[] =>
  args.map((token, at) => {
    if (typeof token !== 'string' || at % 2 === 1 || !token.startsWith('-') || token === '-filter_complex')
      return token;
    if (token === '-vf') return `-filter:v:${n}`;
    return token.endsWith(':v') ? `${token}:${n}` : `${token}:v:${n}`;
  });
