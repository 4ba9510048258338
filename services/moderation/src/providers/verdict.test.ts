import { describe, expect, it } from 'vitest';
import { verdictOf, type SeenFrame, type Sighting } from './verdict.ts';

const rule = { threshold: 0.8, provider: 'webhook' };
const nude = (confidence: number): Sighting => ({ name: 'nudity', confidence });

/** Frames of one video; `null`: nothing was seen. */
const video = (...certainties: (number | null)[]): SeenFrame[] =>
  certainties.map((certainty, n) => ({
    input: 'source',
    sha256: `frame ${n}`,
    sightings: certainty === null ? [] : [nude(certainty)],
  }));
const picture = (certainty: number, input = 'logo'): SeenFrame => ({
  input,
  sha256: input,
  sightings: [nude(certainty)],
});
const outcome = (frames: readonly SeenFrame[], threshold = rule.threshold) =>
  verdictOf(frames, { ...rule, threshold }).outcome;

describe('a video', () => {
  it.each([
    ['nothing over the threshold', [0.79, null, 0.5], 'allow'],
    ['one frame, however sure', [1, 0.1, null, 0.79], 'flag'],
    ['two frames', [0.8, 0.1, 0.8], 'block'],
    ['all frames', [0.9, 0.95, 1], 'block'],
  ] as const)('%s', (_, certainties, expected) => {
    expect(outcome(video(...certainties))).toBe(expected);
  });

  it('that shows the same throughout is one picture, not many', () => {
    const still = (certainty: number) =>
      video(certainty, certainty, certainty).map((frame) => ({ ...frame, sha256: 's' }));
    expect(outcome(still(0.85))).toBe('flag');
    expect(outcome(still(0.9))).toBe('block');
  });

  it('is not blocked by what is only worth a look', () => {
    const doubtful = video(1, 1, 1).map((frame) => ({
      ...frame,
      sightings: [{ ...nude(1), isDoubtful: true } as const],
    }));
    expect(outcome(doubtful)).toBe('flag');
  });
});

describe('a picture', () => {
  it.each([
    [0.79, 'allow'],
    [0.8, 'flag'],
    [0.89, 'flag'],
    [0.9, 'block'],
  ] as const)('of which the provider is sure by %f', (certainty, expected) => {
    expect(outcome([picture(certainty)])).toBe(expected);
  });

  it('counts by itself: two that are doubtful are no proof of each other', () => {
    expect(outcome([picture(0.85, 'a'), picture(0.85, 'b')])).toBe('flag');
    expect(outcome([...video(null, null), picture(0.95)])).toBe('block');
  });
});

it('allows what has nothing to look at', () => {
  expect(verdictOf([], rule)).toEqual({ outcome: 'allow', provider: 'webhook', frames: 0, labels: [] });
});

it('blocks for nothing less than certainty where the threshold is certainty', () => {
  expect(outcome(video(0.99, 0.99), 1)).toBe('allow');
  expect(outcome(video(1, 1), 1)).toBe('block');
});

it('tells what was seen where, the surest first, twenty things at most', () => {
  const frames = video(0.4, 0.9).map((frame, n) => ({
    ...frame,
    sightings: [...frame.sightings, { name: 'gore', confidence: n }],
  }));
  expect(verdictOf(frames, rule).labels).toEqual([
    { name: 'gore', confidence: 1, frames: [1] },
    { name: 'nudity', confidence: 0.9, frames: [0, 1] },
  ]);
  const many = Array.from({ length: 30 }, (_, n) => ({ name: `${n}`, confidence: 0.5 + n / 100 }));
  const { labels } = verdictOf([{ input: 'a', sha256: 'a', sightings: many }], rule);
  expect([labels.length, labels[0]?.name]).toEqual([20, '29']);
});
