import { checkParams, operations } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import type { MediaFacts } from '../../facts/media-facts.ts';
import { cpuCaps, film, withPicture } from '../../fixtures/facts.ts';
import { golden, showPlan } from '../../fixtures/golden.ts';
import type { Plan } from '../plan.ts';
import { planConcat } from './concat.plan.ts';

const parse = (params: Record<string, unknown>) => operations['video.concat'].params.parse(params);
const named = (facts: readonly MediaFacts[], suffix = ''): Record<string, MediaFacts> =>
  Object.fromEntries(facts.map((each, n) => [`clips-${n}${suffix}`, each]));
const plan = (
  params: Record<string, unknown>,
  facts: Record<string, MediaFacts>,
  measured: Record<string, unknown> = {},
): Plan => planConcat({ params: parse(params), facts, caps: cpuCaps, measured, hardware: 'auto' });

const two = { clips: ['file_aaaa', 'file_bbbb'] };
const hashes = (...values: string[]) =>
  Object.fromEntries(values.map((value, n) => [`parameters-${n}`, `{"streams": [{"extradata_hash": "${value}"}]}`]));

describe('golden command lines', () => {
  const [whole, parts] = operations['video.concat'].examples;
  it('are those of two clips', () => {
    const text = showPlan(plan(whole?.params ?? {}, named([film, film])));
    expect(text).toBe(golden(import.meta.url, 'two clips', text));
  });
  it('are those of parts with a crossfade', () => {
    const text = showPlan(plan(parts?.params ?? {}, named([film, { ...film, audio: [] }], '-url')));
    expect(text).toBe(golden(import.meta.url, 'parts with a crossfade', text));
  });
  it('are those of clips that are alike', () => {
    const asked = { ...two, fps: 24 };
    const text = [plan(asked, named([film, film])), plan(asked, named([film, film]), hashes('MD5:a', 'MD5:a'))].map(
      showPlan,
    );
    expect(text.join('\n')).toBe(golden(import.meta.url, 'alike', text.join('\n')));
  });
});

describe('clips', () => {
  it('are copied only when they fill the frame and their parameters are the same', () => {
    const asked = { ...two, fps: 24 };
    expect(plan(asked, named([film, film])).kind).toBe('measure');
    const method = (made: Plan) => (made.result as { method: string }).method;
    expect(method(plan(asked, named([film, film]), hashes('MD5:a', 'MD5:a')))).toBe('copy');
    expect(method(plan(asked, named([film, film]), hashes('MD5:a', 'MD5:b')))).toBe('encode');
    expect(method(plan(two, named([film, film])))).toBe('encode');
    expect(method(plan(asked, named([film, { ...film, audio: [] }])))).toBe('encode');
    expect(method(plan(asked, named([film, withPicture({ rotation: 90 })])))).toBe('encode');
  });

  it('are one at a time: memory does not grow with their number', () => {
    const many = { clips: Array.from({ length: 100 }, () => 'file_aaaa'), width: 640, height: 360 };
    const made = plan(many, named(Array.from({ length: 100 }, () => film)));
    expect(made.steps).toHaveLength(101);
    for (const step of made.steps) expect(step.argv.filter((token) => token === '-i')).toHaveLength(1);
  });

  it('without sound are silent among others', () => {
    const made = plan(two, named([film, { ...film, audio: [] }]));
    expect(made.steps[1]?.argv.join(' ')).toContain('anullsrc');
    expect(made.outputs[0]?.expect.audioStreams).toBe(1);
    const mute = { ...film, audio: [] };
    expect(plan(two, named([mute, mute])).outputs[0]?.expect.audioStreams).toBe(0);
  });

  it('are named where they cannot be shown', () => {
    expect(() => plan(two, named([film, { ...film, video: [] }]))).toThrow('clips/1 has no video track');
    expect(() => plan({ clips: [{ url: 'file_aaaa', start: 31 }] }, named([film], '-url'))).toThrow('begins after');
    expect(() =>
      plan(
        {
          clips: [
            { url: 'file_aaaa', end: 1 },
            { url: 'file_bbbb', end: 9 },
          ],
          crossfade: { duration: 2 },
        },
        named([film, film], '-url'),
      ),
    ).toThrow('too short for its crossfades');
  });

  it('come under one name', () => {
    expect(checkParams('video.concat', {})).toMatchObject([{ code: 'input_required' }]);
    expect(checkParams('video.concat', { ...two, urls: ['file_aaaa'] })).toMatchObject([{ pointer: '/urls' }]);
    expect(checkParams('video.concat', { clips: [{ url: 'file_aaaa', start: 4, end: 2 }] })).toMatchObject([
      { pointer: '/clips/0/end' },
    ]);
    expect(plan({ urls: ['file_aaaa'] }, { 'urls-0': film }).steps).toHaveLength(2);
  });
});
