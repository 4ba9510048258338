import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEgress, type DownloadOptions, type Egress } from '@ffapi/egress';
import type { Attempt } from '@ffapi/worker';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { classifyIngestFailure, runIngest, type IngestPorts } from './ingest.runner.ts';

let workDir: string;
beforeEach(() => {
  workDir = mkdtempSync(join(tmpdir(), 'ffapi-ingest-'));
});
afterEach(() => rmSync(workDir, { recursive: true }));

/** A fetch into a volume of which so much is free, one look after another. */
const ingest = (freeBytes: readonly number[], download: (options: DownloadOptions) => Promise<never>) => {
  const source = { kind: 'url', url: 'https://a.example/film.mp4', secret: null };
  const attempt = { item: { source, fetchHeadersSecret: null }, workDir, signal: new AbortController().signal };
  const egress = { download: (_: string, options: DownloadOptions) => download(options) } as unknown as Egress;
  let looks = 0;
  const ports = {
    egress,
    settings: () => ({ max_file_size_mb: 100 }),
    freeBytesMin: 1_000,
    freeBytes: async () => freeBytes[Math.min(looks++, freeBytes.length - 1)] ?? 0,
  } as unknown as IngestPorts;
  return runIngest(ports)({ ...attempt, log: () => {} } as unknown as Attempt);
};

const full = expect.objectContaining({ failure: expect.objectContaining({ code: 'disk_full', retryable: true }) });

it('fetches nothing when less is free than the volume keeps', async () => {
  let fetches = 0;
  const fetching = ingest([999], () => Promise.reject(new Error(String(fetches++))));
  await expect(fetching).rejects.toEqual(full);
  expect(fetches).toBe(0);
});

it('breaks a fetch off that takes what the volume keeps free', async () => {
  const fetching = ingest(
    [2_000, 999],
    ({ signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('broken off')))),
  );
  await expect(fetching).rejects.toEqual(full);
});

it('says of any other end what it was', async () => {
  const fetching = ingest([1_000], () => Promise.reject(new Error('hung up')));
  await expect(fetching).rejects.toThrow('hung up');
  expect(join(workDir, 'source')).toContain(workDir);
});

it.each([
  ['a name that does not exist', 'ENOTFOUND', true],
  ['a name without an address', null, true],
  ['a resolver that is away', 'EAI_AGAIN', false],
])('of %s it says whether another attempt would end alike', async (_, code, isAlike) => {
  const resolver = () =>
    code === null ? Promise.resolve([]) : Promise.reject(Object.assign(new Error('lookup'), { code }));
  const egress = createEgress({ allowPrivateIps: false, resolver });
  const error = await egress
    .download('https://nowhere.example/film.mp4', { sizeBytesMax: 1, sink: join(workDir, 'source') })
    .catch((cause: unknown) => cause);
  const failure = classifyIngestFailure(error);
  expect(failure).toMatchObject({ code: 'input_unreachable', fault: 'input', retryable: true });
  expect(failure?.details?.cause !== undefined).toBe(isAlike);
});
