import { describe, expect, it } from 'vitest';
import { judgeConditions, matchesWeakly } from './preconditions.ts';

const etag = '"abc"';

describe('If-None-Match', () => {
  it.each(['"abc"', 'W/"abc"', '*', ' * ', '"x", "abc"', '"x",W/"abc"', ',,"abc",', '"a,b" , "abc"', '"", "abc"'])(
    '%s is what one has',
    (ifNoneMatch) => {
      expect(judgeConditions({ ifNoneMatch }, etag)).toBe('not-modified');
    },
  );

  it.each(['"abd"', 'abc', '"abc', 'w/"abc"', '"ABC"', '', ',', '"x" "abc"', '*, "x"', '"abc" x', "'abc'", '"a\tbc"'])(
    '%s is something else',
    (ifNoneMatch) => {
      expect(judgeConditions({ ifNoneMatch }, etag)).toBe('proceed');
    },
  );

  it('compares weakly with a weak tag, too', () => {
    expect(matchesWeakly('"abc"', 'W/"abc"')).toBe(true);
    expect(matchesWeakly(undefined, etag)).toBe(false);
  });

  it('takes no time over a long list that never ends', () => {
    const startMs = performance.now();
    expect(matchesWeakly(`${'"a",'.repeat(20_000)}"`, etag)).toBe(false);
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });
});

describe('If-Match', () => {
  it.each(['"abc"', '*', '"x", "abc"'])('%s goes on', (ifMatch) => {
    expect(judgeConditions({ ifMatch }, etag)).toBe('proceed');
  });

  it.each(['"abd"', 'W/"abc"', 'abc', '', '"x", "y"'])('%s fails', (ifMatch) => {
    expect(judgeConditions({ ifMatch }, etag)).toBe('failed');
  });

  it('comes before If-None-Match', () => {
    expect(judgeConditions({ ifMatch: '"x"', ifNoneMatch: '*' }, etag)).toBe('failed');
    expect(judgeConditions({ ifMatch: '*', ifNoneMatch: '*' }, etag)).toBe('not-modified');
  });
});

describe('If-Range', () => {
  it('is of this one when it is its strong tag', () => {
    expect(judgeConditions({ ifRange: '"abc"' }, etag)).toBe('proceed');
  });

  it.each(['W/"abc"', '"abd"', '*', 'Mon, 30 Nov 2026 00:00:00 GMT', ''])('%s is of another one', (ifRange) => {
    expect(judgeConditions({ ifRange }, etag)).toBe('whole');
  });
});
