import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGraph } from '../fixtures/ffmpeg-graph.ts';
import { chain, filter } from './filter.ts';

const syntax = fc.array(
  fc.constantFrom('\\', "'", ':', ',', ';', '[', ']', '=', '%', '{', '}', ' ', '\n', 'a', 'movie=/p'),
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  syntax.map((parts) => parts.join('')),
);
const bounded = { numRuns: 5_000, interruptAfterTimeLimit: 5_000 };

describe('a filter with any text in it', () => {
  it('is one filter for FFmpeg, and its options come out as they went in', () => {
    const options = fc.dictionary(fc.constantFrom('text', 'x', 'y', 'font', 'enable'), text, { minKeys: 1 });
    fc.assert(
      fc.property(options, (given) => {
        expect(readGraph(filter('drawtext', given))).toEqual([
          { name: 'drawtext', options: Object.entries(given).map(([key, value]) => [key, trimmed(value)]) },
        ]);
      }),
      bounded,
    );
  });

  it('stays one in a chain', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
        const graph = chain(texts.map((each) => filter('drawtext', { text: each })));
        expect(readGraph(graph).map(({ name }) => name)).toEqual(texts.map(() => 'drawtext'));
      }),
      bounded,
    );
  });
});

/** Blanks around a value mean nothing to FFmpeg; they cannot begin an option either. */
const trimmed = (value: string): string => value.replace(/^\s+/, '').replace(/\s+$/, '');
