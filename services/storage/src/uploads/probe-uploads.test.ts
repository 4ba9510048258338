import { Refusal } from '@ffapi/es';
import type { Collection } from '@ffapi/read-model';
import { RequestUnserved, type ServiceContext } from '@ffapi/service-kit';
import { expect, it } from 'vitest';
import { Prober } from './probe-uploads.runner.ts';
import type { UnprobedFile } from './unprobed-files.projection.ts';

const signal = new AbortController().signal;

/** Files that wait, each with what a look at it throws, or `null` where no answer comes; says which were looked at. */
const prober = (failures: Readonly<Record<string, Error | null>>) => {
  const seen: string[] = [];
  const stored: string[] = [];
  const context = {
    request: async (_: string, { blob }: { blob: { sha256: string } }) => {
      seen.push(blob.sha256);
      const failure = failures[blob.sha256];
      return failure === null ? new Promise(() => {}) : Promise.reject(failure);
    },
    log: { warn: () => {} },
    now: () => '2026-11-30T10:00:00.000Z',
    store: {
      load: async (stream: string) => {
        stored.push(stream);
        throw new Error('recorded');
      },
    },
  } as unknown as ServiceContext;
  const documents = Object.keys(failures).map((id) => ({ id, document: { blob: { sha256: id, sizeBytes: 1 } } }));
  const waiting = { find: async () => ({ documents, next: null }) } as unknown as Collection<UnprobedFile>;
  return { prober: new Prober(context, waiting), seen, stored };
};

it('tries again, however often, what cannot be looked at because the storage is away', async () => {
  const { prober: probing, seen, stored } = prober({ a: new Refusal('unavailable') });
  for (let n = 0; n < 5; n++) expect(await probing.probeAll(signal)).toBe(false);
  expect(seen).toHaveLength(5);
  expect(stored).toEqual([]);
});

it('looks at the others when the bytes of one cannot be had', async () => {
  const failures = { a: new Refusal('unavailable'), b: new Refusal('unavailable'), c: new Refusal('unavailable') };
  const { prober: probing, seen } = prober(failures);
  expect(await probing.probeAll(signal)).toBe(false);
  expect(seen).toEqual(['a', 'b', 'c']);
});

it('asks nobody further when nobody is there', async () => {
  const gone = new RequestUnserved('media.probe');
  const { prober: probing, seen } = prober({ a: gone, b: gone, c: gone });
  expect(await probing.probeAll(signal)).toBe(false);
  expect(seen).toEqual(['a', 'b']);
});

it('waits for no answer when it is told to stop', async () => {
  const { prober: probing, seen } = prober({ a: null, b: null, c: null });
  const stopping = new AbortController();
  const all = probing.probeAll(stopping.signal);
  await expect.poll(() => seen).toEqual(['a', 'b']);
  stopping.abort();
  expect(await all).toBe(false);
  expect(seen).toEqual(['a', 'b']);
});
