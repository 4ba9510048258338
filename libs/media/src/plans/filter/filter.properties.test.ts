import { checkParams } from '@ffapi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { film, withPicture } from '../../fixtures/facts.ts';
import { screenText } from '../../fixtures/measured-picture.ts';
import { graphOf, planFilters as plan } from '../../fixtures/plan-filter.ts';
import type { Plan } from '../plan.ts';

const image = { image_url: 'file_abcd' };

describe('refusals', () => {
  it('of what has no picture', () => {
    expect(() => plan([{ type: 'blur' }], { facts: { ...film, video: [] } })).toThrow('video');
    expect(() => plan([{ type: 'blur' }], { facts: withPicture({ isAttachedPicture: true }) })).toThrow('video');
    const sides = { 'filters-0-params-image_url': { ...film, video: [] } };
    expect(() => plan([{ type: 'watermark', params: image }], { sides })).toThrow('no picture');
    expect(() => plan([{ type: 'watermark', params: image }])).toThrow('no picture');
  });

  it('of fades in a file that does not say how long it is', () => {
    const endless = { ...withPicture({ durationMs: null }), durationMs: null, audio: [] };
    expect(() => plan([{ type: 'fade', params: { in: 0, out: 1 } }], { facts: endless })).toThrow('how long');
  });

  it.each([
    [{ filters: [{ type: 'scale', params: {} }] }, '/filters/0/params', 'param_conflict'],
    [{ filters: [{ type: 'fade', params: {} }] }, '/filters/0/params', 'param_conflict'],
    [{ filters: [{ type: 'blur', params: { sigma: 0 } }] }, '/filters/0/params/sigma', 'param_too_small'],
    [{ filters: [{ type: 'text', params: { text: 'a\u0000b' } }] }, '/filters/0/params/text', 'param_invalid_format'],
    [
      { filters: [{ type: 'text', params: { text: 'a', start: 2, end: 1 } }] },
      '/filters/0/params/end',
      'param_conflict',
    ],
    [{ filters: [{ type: 'stabilize' }, { type: 'stabilize' }] }, '/filters/1', 'param_conflict'],
    [{ filters: [{ type: 'sepia' }], crf: 60 }, '/crf', 'param_out_of_range'],
    [
      { filters: [{ type: 'chromakey', params: { background_url: 'file_abcd', background_color: '#000000' } }] },
      '/filters/0/params/background_color',
      'param_conflict',
    ],
  ])('of %j', (params, pointer, code) => {
    expect(checkParams('video.filter', params)).toContainEqual(expect.objectContaining({ pointer, code }));
  });
});

describe('properties', () => {
  it('no text changes the arguments', () => {
    const words = plan([{ type: 'text', params: { text: 'plain' } }]).steps[0]?.argv;
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 50, unit: 'grapheme' }), (text) => {
        fc.pre(checkParams('video.filter', { filters: [{ type: 'text', params: { text } }] }).length === 0);
        const made = plan([{ type: 'text', params: { text, wrap: false } }]);
        expect(made.steps[0]?.argv).toEqual(words);
        expect(made.scratch).toEqual({ 'text0.txt': text.replaceAll('\r\n', '\n') });
      }),
    );
  });

  const any = fc.constantFrom(
    { type: 'blur' },
    { type: 'sepia', params: { strength: 0.5 } },
    { type: 'chromakey' },
    { type: 'rotate', params: { degrees: 33.3 } },
    { type: 'crop', params: { width: 32, height: 17 } },
    { type: 'scale', params: { width: 333 } },
    { type: 'speed', params: { factor: 1.5 } },
    { type: 'text', params: { text: 'a' } },
    { type: 'noise' },
  );

  const looks = Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`screen${n}.txt`, screenText([111, 105, 58])]));

  it('pads are made once and taken once, writes are announced, and plans are JSON', () => {
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 6 }), (filters) => {
        let made: Plan;
        try {
          made = plan(filters, { measured: looks });
        } catch (error) {
          // A crop may be larger than what an earlier one left.
          expect(String(error)).toContain('outside of the picture');
          return;
        }
        const pads = [...graphOf(made).matchAll(/\[([a-z]+\d*)\]/g)].map(([, pad]) => pad);
        for (const pad of new Set(pads))
          expect(pads.filter((each) => each === pad)).toHaveLength(pad === 'picture' ? 1 : 2);
        const { width = 1, height = 1 } = made.outputs[0]?.expect ?? {};
        expect([width % 2, height % 2]).toEqual([0, 0]);
        expect(made.steps.at(-1)?.writes).toEqual(made.outputs.map((output) => output.name));
        expect(JSON.parse(JSON.stringify(made))).toEqual(made);
      }),
    );
  });
});
