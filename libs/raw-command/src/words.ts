import { refuseRaw } from './raw-command.ts';

const wordsMax = 1_000;

/**
 * The words of a command line, as a POSIX shell would separate them: quotes and backslashes, and nothing else. No
 * variable, pattern or substitution means anything here; line breaks are spaces.
 */
export const splitWords = (text: string): string[] => {
  const words: string[] = [];
  let word: string | null = null;
  let quote: '"' | "'" | null = null;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\0') refuseRaw('invalid_command', 'the command holds a NUL');
    if (char === '\\' && quote !== "'") {
      const next = text.charAt(++at);
      if (next === '') refuseRaw('invalid_command', 'the command ends with a backslash');
      // Inside of double quotes a backslash escapes only what would mean something there.
      if (next !== '\n') word = (word ?? '') + (quote === '"' && !/["\\$`]/.test(next) ? `\\${next}` : next);
    } else if (quote !== null) {
      if (char === quote) quote = null;
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + char;
  }
  if (quote !== null) refuseRaw('invalid_command', 'a quote is not closed');
  if (word !== null) words.push(word);
  if (words.length > wordsMax) refuseRaw('invalid_command', `the command has more than ${wordsMax} words`);
  return words;
};
