import { expect, it } from 'vitest';
import type { Cue } from './cue.ts';
import { mostVisible } from './most-visible.ts';

const cue = (startMs: number, endMs: number, length: number): Cue => ({
  startMs,
  endMs,
  spans: [{ text: 'x'.repeat(length) }],
});

it.each([
  ['nothing', [], 0],
  ['one after the other', [cue(0, 10, 5), cue(10, 20, 7), cue(20, 30, 6)], 7],
  ['one over the other', [cue(0, 10, 5), cue(9, 20, 7), cue(30, 40, 1)], 12],
  ['all at once', Array.from({ length: 50 }, () => cue(0, 1, 3)), 150],
  ['one inside of another', [cue(0, 100, 5), cue(10, 20, 7), cue(50, 60, 9)], 14],
])('the most that is shown at a time: %s', (_, cues, most) => {
  expect(mostVisible(cues)).toBe(most);
});

it('counts what an ASS file has written, drawings and styles included', () => {
  expect(mostVisible([{ ...cue(0, 10, 5), ass: { layer: 0, rest: 'x'.repeat(40) } }])).toBe(40);
});
