import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { versionsOf, type Aggregate } from '../kernel/aggregate.ts';
import { aggregates, upcastEvent } from './aggregates.ts';

interface Sample {
  readonly stream: string;
  readonly type: string;
  readonly version: number;
  readonly data: unknown;
}

/** Events as they were stored at some time: lines are added, and none is ever changed or taken out. */
const samples = readFileSync(new URL('samples.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Sample);

const versions = aggregates.flatMap(({ kind, events }: Aggregate) =>
  Object.entries(events).flatMap(([type, event]) =>
    versionsOf(event).map(([version, shape]) => ({ kind, type, version, shape, latest: versionsOf(event).length })),
  ),
);
const nameOf = ({ type, version }: Pick<Sample, 'type' | 'version'>): string => `${type}, version ${version}`;
const shapeOf = (event: Pick<Sample, 'type' | 'version'>) =>
  versions.find((each) => nameOf(each) === nameOf(event))?.shape;

describe('the events that are stored', () => {
  it('have names of their own, and versions that count from 1', () => {
    expect(new Set(versions.map(nameOf)).size).toBe(versions.length);
    for (const { type, latest } of versions) expect(shapeOf({ type, version: latest })).toBeDefined();
  });

  it('have a sample of each version', () => {
    const sampled = new Set(samples.map(nameOf));
    expect(versions.map(nameOf).filter((name) => !sampled.has(name))).toEqual([]);
  });

  it.each(samples.map((sample) => [nameOf(sample), sample] as const))('are read: %s', (_name, { stream, ...event }) => {
    expect(shapeOf(event)?.parse(event.data)).toEqual(event.data);
    const newest = upcastEvent(stream, event);
    expect(shapeOf(newest as Sample)?.parse(newest?.data)).toEqual(newest?.data);
  });
});
