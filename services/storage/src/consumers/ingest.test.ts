import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DownloadOptions, Egress } from '@ffapi/egress';
import type { Attempt } from '@ffapi/worker';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runIngest, type IngestPorts } from './ingest.ts';

// A file system in memory, on every Linux.
let workDir: string;
beforeEach(() => {
  workDir = mkdtempSync('/dev/shm/ffapi-ingest-');
});
afterEach(() => rmSync(workDir, { recursive: true }));

const ingest = (freeBytesMin: number, download: (options: DownloadOptions) => Promise<never>) => {
  const source = { kind: 'url', url: 'https://a.example/film.mp4', secret: null };
  const attempt = { item: { source, fetchHeadersSecret: null }, workDir, signal: new AbortController().signal };
  const egress = { download: (_: string, options: DownloadOptions) => download(options) } as unknown as Egress;
  const ports = { egress, settings: () => ({ max_file_size_mb: 100 }), freeBytesMin } as unknown as IngestPorts;
  return runIngest(ports)({ ...attempt, log: () => {} } as unknown as Attempt);
};

const full = expect.objectContaining({ failure: expect.objectContaining({ code: 'disk_full', retryable: true }) });

it('fetches nothing when less is free than the volume keeps', async () => {
  let fetches = 0;
  const fetching = ingest(Infinity, () => Promise.reject(new Error(String(fetches++))));
  await expect(fetching).rejects.toEqual(full);
  expect(fetches).toBe(0);
});

it('breaks a fetch off that takes what the volume keeps free', async () => {
  const { bavail, bsize } = statfsSync(workDir);
  const fetching = ingest(bavail * bsize - 8_000_000, async ({ sink, signal }) => {
    await writeFile(sink as string, Buffer.alloc(32_000_000));
    return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('broken off'))));
  });
  await expect(fetching).rejects.toEqual(full);
});

it('says of any other end what it was', async () => {
  const fetching = ingest(0, () => Promise.reject(new Error('hung up')));
  await expect(fetching).rejects.toThrow('hung up');
  expect(join(workDir, 'source')).toContain(workDir);
});
