import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphOf, planFilters } from '../../fixtures/plan-filter.ts';
import { wrapped } from './wrapped.ts';

describe('a long text', () => {
  it('breaks between words, and in them where one is wider than a line', () => {
    expect(wrapped('one two three', 10, 45)).toBe('one two\nthree');
    expect(wrapped('unbreakable', 10, 40)).toBe('unbrea\nkable');
    expect(wrapped('漢字漢字漢字', 10, 30)).toBe('漢字漢\n字漢字');
    expect(wrapped('kept\r\nas it is', 10, 500)).toBe('kept\nas it is');
  });

  it('loses no letter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.integer({ min: 1, max: 400 }), (text, width) => {
        const bare = (each: string): string => each.replaceAll(/[\s]/g, '');
        expect(bare(wrapped(text, 20, width))).toBe(bare(text));
      }),
    );
  });

  const textOf = (params: object): unknown =>
    planFilters([{ type: 'text', params: { text: 'word '.repeat(30).trim(), ...params } }]).scratch?.['text0.txt'];

  it('stays in the picture, unless the request says', () => {
    expect(String(textOf({})).split('\n').length).toBeGreaterThan(1);
    expect(textOf({ wrap: false })).not.toContain('\n');
    expect(String(textOf({ x: 960 })).split('\n').length).toBeGreaterThan(String(textOf({})).split('\n').length);
  });
});

describe('a font', () => {
  it('is looked for before it is drawn with, and said where another is taken', () => {
    const filters = [{ type: 'text', params: { text: 'x', font: 'Comic Neue' } }];
    const look = planFilters(filters);
    expect(look).toMatchObject({ kind: 'measure', steps: [{ id: 'font0' }] });
    const measured = { font0: 'fontselect: (Comic Neue, 400, 0) -> DejaVuSans, 0, DejaVuSans' };
    const made = planFilters(filters, { measured });
    expect(graphOf(made)).toContain('font=Comic Neue');
    expect(made.warnings).toEqual(['there is no font Comic Neue; the text is drawn in DejaVuSans']);
    expect(made.drawn?.font).toBe('Comic Neue');
  });

  it('of no name is the one that every worker has', () => {
    expect(graphOf(planFilters([{ type: 'text', params: { text: 'x' } }]))).toContain('font=DejaVu Sans');
  });
});
