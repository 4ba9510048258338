import { addAbortSignal, Readable } from 'node:stream';
import { Upload } from '@aws-sdk/lib-storage';
import type { Bucket } from './bucket.ts';
import { failureOf } from './failure-of.ts';

/** S3's own limit. */
export const partsMax = 10_000;
const partsAtOnce = 2;

interface UploadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Lets a body that is known to be large have larger parts. */
  readonly sizeBytes?: number | undefined;
}

/**
 * Writes an object with a few parts in memory at a time; what fits one part is one request. The object appears when the
 * source has ended without an error, and otherwise not at all.
 */
export const uploadObject = async (
  { client, name, keys, storageClass, partSizeBytes }: Bucket,
  key: string,
  source: AsyncIterable<Uint8Array>,
  { signal, sizeBytes = 0 }: UploadOptions,
): Promise<void> => {
  let broke: { error: unknown } | undefined;
  const observed = async function* () {
    try {
      yield* source;
    } catch (error) {
      broke = { error };
      throw error;
    }
  };
  const body = Readable.from(observed(), { objectMode: false });
  // The upload's own way to be aborted does not wait until its parts are gone.
  if (signal) addAbortSignal(signal, body);
  const target = { Bucket: name, Key: key, ...(key.startsWith(keys.blobs) ? { StorageClass: storageClass } : {}) };
  const partSize = Math.max(partSizeBytes, Math.ceil(sizeBytes / partsMax));
  try {
    await new Upload({ client, params: { ...target, Body: body }, partSize, queueSize: partsAtOnce }).done();
  } catch (error) {
    throw broke ? broke.error : failureOf(error);
  } finally {
    body.destroy();
  }
};
