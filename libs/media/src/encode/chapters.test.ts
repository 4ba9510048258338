import { operations } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import type { Chapter } from '../facts/chapters.ts';
import { film } from '../fixtures/facts.ts';
import { lastPlan } from '../fixtures/plan-audio.ts';
import { planFilters } from '../fixtures/plan-filter.ts';
import { chapterPlan } from './chapters.ts';

const chapters: readonly Chapter[] = [
  { startMs: 0, endMs: 2_000, title: 'One' },
  { startMs: 2_000, endMs: 4_000, title: null },
  { startMs: 4_000, endMs: 8_000, title: 'Three = 3; #3' },
];
const request = { chapters, container: 'mp4', inputs: 1, lengthMs: 8_000 } as const;

const textOf = (plan: { readonly scratch?: Readonly<Record<string, unknown>> }): string =>
  String(plan.scratch?.['chapters.txt']);
const timesOf = (text: string): string[] =>
  [...text.matchAll(/START=(\d+)\nEND=(\d+)/g)].map(([, start, end]) => `${start}-${end}`);

describe('chapters', () => {
  it('are those of the source where nothing moves', () => {
    expect(chapterPlan(request)).toEqual({ input: [], args: [], scratch: {}, warnings: [] });
  });

  it('of another input are none of the film', () => {
    expect(chapterPlan({ ...request, chapters: [], inputs: 2 }).args).toEqual(['-map_chapters', '-1']);
    expect(chapterPlan({ ...request, inputs: 2 }).args).toEqual([]);
  });

  it('move with the film, by their names', () => {
    const { args, input, scratch } = chapterPlan({ ...request, inputs: 3, lengthMs: 4_000, moved: (ms) => ms / 2 });
    expect(args).toEqual(['-map_chapters', '3']);
    expect(input).toContainEqual({ scratch: 'chapters.txt' });
    expect(timesOf(textOf({ scratch }))).toEqual(['0-1000', '1000-2000', '2000-4000']);
    expect(textOf({ scratch })).toContain(String.raw`title=Three \= 3\; \#3`);
  });

  it('never go on behind the end of the film', () => {
    const { scratch, warnings } = chapterPlan({ ...request, lengthMs: 3_000 });
    expect(timesOf(textOf({ scratch }))).toEqual(['0-2000', '2000-3000']);
    expect(warnings).toEqual(['1 of 3 chapters lie outside of the film, and are left out']);
    expect(chapterPlan({ ...request, lengthMs: null })).toMatchObject({ args: [] });
  });

  it('are said to be lost where the container has no place for them', () => {
    expect(chapterPlan({ ...request, container: 'flac' }).warnings).toEqual(['flac cannot hold the 3 chapters']);
  });
});

describe('chapters of a film', () => {
  const facts = { ...film, chapters };

  it('follow at another speed', () => {
    const plan = planFilters([{ type: 'speed', params: { factor: 0.5 } }], { facts });
    expect(timesOf(textOf(plan))).toEqual(['0-4000', '4000-8000', '8000-16000']);
    expect(planFilters([{ type: 'blur' }], { facts }).scratch).toBeUndefined();
  });

  it('follow sound at another tempo', () => {
    const plan = lastPlan('audio.tempo', { tempo: 2, output_format: 'mp3' }, { facts });
    expect(timesOf(textOf(plan))).toEqual(['0-1000', '1000-2000', '2000-4000']);
  });

  it('move up where silence is cut out before them', () => {
    // 1 to 2.5 s are silent.
    const plan = lastPlan('audio.silence', { remove: true, output_format: 'mp3' }, { facts });
    expect(timesOf(textOf(plan))).toEqual(['0-1000', '1000-2500', '2500-6500']);
  });

  it('begin where their track begins in a mix', () => {
    const tracks = [{ url: 'file_aaaa', offset: 3 }, { url: 'file_bbbb' }];
    const plan = lastPlan('audio.mix', { tracks, output_format: 'mp3' }, { facts });
    expect(timesOf(textOf(plan))).toEqual(['3000-5000', '5000-7000', '7000-11000']);
  });

  it.each(operations['audio.normalize'].examples.map(({ title, params }) => [title, params] as const))(
    'stay as they are where only loudness changes: %s',
    (_title, params) => {
      expect(JSON.stringify(lastPlan('audio.normalize', params, { facts }))).not.toContain('map_chapters');
    },
  );
});
