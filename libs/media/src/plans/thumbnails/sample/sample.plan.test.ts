import { describe, expect, it } from 'vitest';
import type { MediaFacts } from '../../../facts/media-facts.ts';
import { cpuCaps, film, withPicture } from '../../../fixtures/facts.ts';
import { golden, showPlan } from '../../../fixtures/golden.ts';
import type { Plan } from '../../plan.ts';
import { planSample } from './sample.plan.ts';

const plan = (source: MediaFacts, framesMax = 60, measured: Record<string, unknown> = {}): Plan =>
  planSample({ params: { framesMax, isInOrder: false }, facts: { source }, caps: cpuCaps, measured, hardware: 'cpu' });

/** In a format in which nothing is known of keyframes every pick is decoded to the frame. */
const clip: MediaFacts = { ...film, demuxer: 'avi' };

/** What the measuring step writes of a file that lasts this long. */
const lasting = (seconds: number): Record<string, string> => ({
  times: [
    '#extradata 0:       46, 0x2a0a0e99',
    '#tb 0: 1/1000',
    '0,       -200,          0,      100,     3213, 0x8476b6d4',
    `0, ${seconds * 1000}, ${seconds * 1000},      100,     1375, 0x08989534, F=0x0`,
    // Packets come in the order of decoding.
    `0, ${seconds * 1000}, ${seconds * 1000 - 100},      100,     1375, 0x08989534, F=0x0`,
  ].join('\n'),
});

const timesOf = ({ result }: Plan): number[] =>
  (result as unknown as { thumbnails: { timestamp: number }[] }).thumbnails.map(({ timestamp }) => timestamp);

describe('frames of a video', () => {
  it.each([
    [1, 60, 5],
    [60, 60, 6],
    [3_600, 60, 16],
    [3_600, 3, 3],
    [3_600, 0, 2],
  ])('that lasts %i s, when %i are left for it: %i', (seconds, framesMax, count) => {
    expect(plan(clip, framesMax, lasting(seconds)).outputs).toHaveLength(count);
  });

  it('lie in the middle of equal parts, with 640 pixels on the longer side', () => {
    const sampled = plan(clip, 60, lasting(10));
    expect(timesOf(sampled)).toEqual([1, 3, 5, 7, 9]);
    expect(sampled.outputs[0]).toMatchObject({ contentType: 'image/jpeg', expect: { width: 640, height: 360 } });
    const portrait = { ...clip, video: withPicture({ displayWidth: 1080, displayHeight: 1920 }).video };
    expect(plan(portrait, 60, lasting(10)).outputs[0]?.expect).toMatchObject({ width: 360, height: 640 });
  });

  it('are taken without seeking where that is asked for', () => {
    const asked = { framesMax: 60, isInOrder: true };
    for (const [source, seconds] of [
      [clip, 10],
      [film, 3_600],
    ] as const) {
      const input = { facts: { source }, caps: cpuCaps, measured: lasting(seconds), hardware: 'cpu' } as const;
      const { steps } = planSample({ ...input, params: asked });
      expect(steps.length).toBeGreaterThan(0);
      expect(steps.flatMap(({ argv }) => argv)).not.toContain('-ss');
      expect(planSample({ ...input, params: { ...asked, isInOrder: false } }).steps[0]?.argv).toContain('-ss');
    }
  });

  it('are spread over what is there, whatever the file says of its length', () => {
    const measuring = plan(film);
    expect(measuring.kind).toBe('measure');
    expect(showPlan(measuring)).toBe(golden(import.meta.url, 'times of packets', showPlan(measuring)));
    for (const durationMs of [1, 30_000, 900_000, null]) {
      const telling = { ...withPicture({ durationMs }), demuxer: 'avi', durationMs };
      expect(timesOf(plan(telling, 60, lasting(50)))).toEqual([5, 15, 25, 35, 45]);
    }
    expect(timesOf(plan(clip, 60, { times: '' }))).toEqual([0, 0, 0, 0, 0]);
  });
});

it('a picture is one frame', () => {
  expect(plan({ ...film, demuxer: 'png_pipe' }).outputs).toHaveLength(1);
  expect(timesOf(plan({ ...film, durationMs: null, demuxer: 'jpeg_pipe' }))).toEqual([0]);
});

it('sound and cover pictures are nothing to look at', () => {
  expect(() => plan({ ...film, video: [] })).toThrow('there is nothing to look at');
  expect(() => plan(withPicture({ isAttachedPicture: true }))).toThrow('there is nothing to look at');
});
