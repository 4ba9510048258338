import { readTiming } from './timing.ts';

/** Where a block ends: only an empty line ends it, one of blanks does not, and so does another cue. */
export const endOfBlock = (lines: readonly string[], from: number): number => {
  let to = from;
  while (to < lines.length && lines[to] !== '' && !lines[to]?.includes('-->')) to++;
  return to;
};

const isStyle = (line: string): boolean => /^(STYLE|REGION)[ \t]*$/.test(line);

/** A note on blocks that another format does not have. */
export const styleNote = (lines: readonly string[]): string[] =>
  lines.some(isStyle) ? ['styles and regions are left out'] : [];

/** The header with its lines, and the styles and regions before the first cue; empty where there is nothing but the signature. */
export const ownHead = (lines: readonly string[]): string => {
  const from = lines.findIndex((line) => line.startsWith('WEBVTT'));
  if (from === -1) return '';
  const first = lines.findIndex((line) => readTiming(line) !== null);
  const end = first === -1 ? lines.length : first;
  const blocks = [lines.slice(from, Math.min(end, endOfBlock(lines, from)))];
  for (let at = from; at < end; at++)
    if (isStyle(lines[at] ?? '')) blocks.push(lines.slice(at, Math.min(end, endOfBlock(lines, at))));
  const head = blocks.map((block) => `${block.join('\n')}\n`).join('\n');
  return head === 'WEBVTT\n' ? '' : head;
};
