import { describe, expect, it } from 'vitest';
import { screenText } from '../../fixtures/measured-picture.ts';
import { graphOf, planFilters } from '../../fixtures/plan-filter.ts';
import { screenIn } from './screen.ts';

const key = (params: object = {}) => ({ type: 'chromakey', params });

describe('a look at a screen', () => {
  it('is taken of the picture as it is in that place', () => {
    const crop = { type: 'crop', params: { width: 640, height: 360 } };
    const text = { type: 'text', params: { text: 'x' } };
    const plan = planFilters([crop, { type: 'stabilize' }, text, key()]);
    expect(plan).toMatchObject({ kind: 'measure', steps: [{ id: 'screen-3' }] });
    expect(graphOf(plan)).toMatch(/crop=w=640.*fps=fps=2,crop=.*signalstats/);
    expect(graphOf(plan)).not.toMatch(/vidstab|drawtext/);
  });

  it('is taken once for each key', () => {
    const plan = planFilters([key(), key({ color: '#0000FF' })]);
    expect(plan.steps.map(({ id }) => id)).toEqual(['screen-0', 'screen-1']);
    const measured = { 'screen0.txt': '', 'screen1.txt': '' };
    expect(planFilters([key(), key({ color: '#0000FF' })], { measured }).kind).toBe('run');
  });
});

describe('the colour of a screen', () => {
  it.each([
    ['a lit green one', [[111, 105, 58]], [111, 105, 58]],
    ['a dark green one', [[60, 110, 100]], [60, 110, 100]],
    ['a blue one', [[60, 190, 110]], [60, 190, 110]],
    ['grey', [[120, 128, 127]], null],
    ['a red wall', [[80, 100, 200]], null],
    [
      'a corner that something stands in',
      [
        [111, 105, 58],
        [110, 104, 60],
        [80, 140, 150],
      ],
      [110, 105, 60],
    ],
    [
      'two walls',
      [
        [111, 105, 58],
        [60, 190, 110],
      ],
      null,
    ],
  ] as const)('is that of the corners: %s', (_what, pictures, colour) => {
    expect(screenIn(screenText(...(pictures as unknown as [number, number, number][])))).toEqual(colour);
  });
});

describe('a key', () => {
  const withLook = (params: object, text: string) => planFilters([key(params)], { measured: { 'screen0.txt': text } });

  it('takes the colour that was found', () => {
    const plan = withLook({}, screenText([111, 105, 58]));
    expect(graphOf(plan)).toContain('chromakey=color=0x6f693a');
    expect(plan.warnings).toEqual([]);
  });

  it('takes less around a dull screen, unless the request says how much', () => {
    expect(graphOf(withLook({}, screenText([111, 105, 58])))).toContain('similarity=0.12:');
    expect(graphOf(withLook({}, screenText([90, 118, 107])))).toContain('similarity=0.045:');
    expect(graphOf(withLook({ similarity: 0.2 }, screenText([90, 118, 107])))).toContain('similarity=0.2:');
    expect(graphOf(withLook({ color: '#00FF00' }, screenText([90, 118, 107])))).toContain('similarity=0.12:');
  });

  it('takes plain green where there is no screen, and says so', () => {
    const plan = withLook({}, screenText([120, 128, 128]));
    expect(graphOf(plan)).toContain('chromakey=color=0xad2a1a');
    expect(plan.warnings.join()).toContain('no green or blue screen');
  });

  it('says when a colour that was named is not there', () => {
    expect(withLook({ color: '#00FF00' }, screenText([0, 128, 128])).warnings.join()).toContain(
      'nothing in the picture',
    );
    expect(withLook({ color: '#00FF00' }, screenText([0, 128, 128], [90, 128, 128])).warnings).toEqual([]);
  });

  it('takes the light of its screen out of the subject where asked', () => {
    expect(graphOf(withLook({ despill: true }, screenText([111, 105, 58])))).toContain('despill=type=green');
    expect(graphOf(withLook({ despill: true }, screenText([60, 190, 110])))).toContain('despill=type=blue');
    expect(graphOf(withLook({}, screenText([111, 105, 58])))).not.toContain('despill');
  });
});
