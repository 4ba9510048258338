import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGcsBlobStore } from '@ffapi/blob-gcs';
import { findFakeGcs, startFakeGcs } from '@ffapi/testkit';
import { afterAll } from 'vitest';
import { filesInCloudSuite } from './cloud.suite.ts';

if (!findFakeGcs())
  process.stdout.write('LANE SKIPPED gcs (no fake-gcs-server: node tools/fake-gcs-server/build.mjs)\n');

const prefix = 'media/';
const dir = mkdtempSync(join(tmpdir(), 'ffapi-gcs-'));
afterAll(() => rmSync(dir, { recursive: true }));
const fileOf = (name: string, text: string): string => {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
};

filesInCloudSuite({
  place: 'a bucket of Google',
  isHere: findFakeGcs() !== undefined,
  start: async (folder, port) => {
    const gcs = await startFakeGcs({ dir: folder, port });
    const store = createGcsBlobStore({ ...gcs, prefix });
    return {
      settings: {
        STORAGE_BACKEND: 'gcs',
        GCS_BUCKET: gcs.bucket,
        GOOGLE_APPLICATION_CREDENTIALS: fileOf('key.json', JSON.stringify(gcs.credentials)),
        GCS_ENDPOINT: gcs.endpoint,
        GCS_PREFIX: prefix,
      },
      secret: gcs.credentials.private_key.slice(100, 140),
      origin: gcs.endpoint,
      lifetimeSecondsOf: (link) => Number(link.searchParams.get('X-Goog-Expires')),
      digests: async () => {
        const found: string[] = [];
        for await (const { sha256 } of store.list()) found.push(sha256);
        return found;
      },
      unfinishedCount: () => store.sweepIncoming(new Date(Date.now() + 3600_000)),
      stop: async () => {
        store.close();
        await gcs.stop();
      },
    };
  },
  refusals: [
    ['a bucket that is not there', { GCS_BUCKET: 'nowhere' }, /STORAGE_BACKEND=gcs: bucket "nowhere" is not there/],
    ['nobody at the endpoint', { GCS_ENDPOINT: 'http://127.0.0.1:9' }, /cannot be reached: look at the endpoint/],
    [
      'credentials that are none',
      { GOOGLE_APPLICATION_CREDENTIALS: fileOf('none.json', '{"private_key": "wrong-and-secret') },
      /STORAGE_BACKEND=gcs: GOOGLE_APPLICATION_CREDENTIALS is no file of credentials/,
    ],
  ],
});
