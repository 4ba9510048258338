import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findVersityGw, startVersityGw } from '@ffapi/testkit';
import { filesInCloudSuite } from './cloud.suite.ts';

if (!findVersityGw())
  process.stdout.write('LANE SKIPPED s3 (no versitygw: node tools/versitygw/build.mjs, needs Go)\n');

filesInCloudSuite({
  place: 'a bucket',
  isHere: findVersityGw() !== undefined,
  start: async (dir, port) => {
    const s3 = await startVersityGw({ dir, port });
    const objectsIn = async (folder: string): Promise<string[]> =>
      readdirSync(join(s3.dir, 'media'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && `${entry.parentPath}/`.includes(`/media/${folder}/`))
        .map(({ name }) => name);
    return {
      settings: {
        STORAGE_BACKEND: 's3',
        S3_BUCKET: s3.bucket,
        S3_ENDPOINT: s3.endpoint,
        S3_ACCESS_KEY: s3.credentials.accessKeyId,
        S3_SECRET_KEY: s3.credentials.secretAccessKey,
        S3_PREFIX: 'media/',
      },
      secret: s3.credentials.secretAccessKey,
      origin: new URL(s3.endpoint).origin,
      lifetimeSecondsOf: (link) => Number(link.searchParams.get('X-Amz-Expires')),
      digests: () => objectsIn('blobs'),
      unfinishedCount: async () => (await objectsIn('incoming')).length,
      stop: () => s3.stop(),
    };
  },
  refusals: [
    ['a bucket that is not there', { S3_BUCKET: 'nowhere' }, /STORAGE_BACKEND=s3: S3 bucket "nowhere" is not there/],
    ['a secret that is wrong', { S3_SECRET_KEY: 'wrong-and-secret' }, /does not take the credentials/],
    ['nobody at the endpoint', { S3_ENDPOINT: 'http://127.0.0.1:9' }, /cannot be reached: look at the endpoint/],
  ],
});
