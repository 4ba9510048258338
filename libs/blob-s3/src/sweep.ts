import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  type MultipartUpload,
} from '@aws-sdk/client-s3';
import { eraseObject, headObject, isOlder, objectsUnder, type Bucket } from './bucket.ts';
import { copyObject } from './copy-object.ts';
import { codeOf, failureOf, rethrow } from './failure-of.ts';
import { digestIn } from './object-keys.ts';

/** Removes uploads that nobody goes on with, and puts back what a process had set aside when it ended; counts the uploads. */
export const sweep = async (bucket: Bucket, before: Date): Promise<number> => {
  let removed = 0;
  for await (const { Key, UploadId, Initiated } of unfinishedUploads(bucket)) {
    if (!Initiated || !isOlder(Initiated, before)) continue;
    await abortUpload(bucket, { Key, UploadId });
    removed++;
  }
  for await (const { key, modifiedAt } of objectsUnder(bucket, bucket.keys.incoming)) {
    if (!isOlder(modifiedAt, before)) continue;
    await eraseObject(bucket, key);
    removed++;
  }
  await putBack(bucket, before);
  return removed;
};

async function* unfinishedUploads({ client, name, keys }: Bucket): AsyncGenerator<MultipartUpload> {
  let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {};
  while (from) {
    const page: ListMultipartUploadsCommandOutput = await client
      .send(new ListMultipartUploadsCommand({ Bucket: name, Prefix: keys.prefix, ...from }))
      .catch(rethrow);
    yield* page.Uploads ?? [];
    from = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : undefined;
  }
}

const abortUpload = async (
  { client, name }: Bucket,
  { Key, UploadId }: Pick<MultipartUpload, 'Key' | 'UploadId'>,
): Promise<void> => {
  try {
    await client.send(new AbortMultipartUploadCommand({ Bucket: name, Key, UploadId }));
  } catch (error) {
    // It ended, or somebody else has swept it.
    if (codeOf(error) !== 'NoSuchUpload') throw failureOf(error);
  }
};

/** A process ended between taking a blob out of its place and judging its age. */
const putBack = async (bucket: Bucket, before: Date): Promise<void> => {
  const { keys } = bucket;
  for await (const { key, sizeBytes, modifiedAt } of objectsUnder(bucket, keys.unused)) {
    const sha256 = digestIn(keys.unused, key);
    if (sha256 === null || !isOlder(modifiedAt, before)) continue;
    const to = keys.blob(sha256);
    if (!(await headObject(bucket, to))) await copyObject(bucket, { from: key, to, sizeBytes });
    await eraseObject(bucket, key);
  }
};
