import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  UploadPartCopyCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import { failureOf, isMissing } from './failure-of.ts';

export interface Copy {
  readonly from: string;
  readonly to: string;
  readonly sizeBytes: number;
}

/** S3 copies up to 5 GiB in one request, but a request is silent meanwhile: one of this size stays below the idle timeout. */
const copyPartBytes = 256 << 20;
const copiedAtOnce = 4;

/** Copies inside the bucket, without the bytes coming here; `false` when there is nothing to copy. */
export const copyObject = async (bucket: Bucket, copy: Copy, partBytes = copyPartBytes): Promise<boolean> => {
  try {
    await (copy.sizeBytes <= partBytes ? copyWhole(bucket, copy) : copyInParts(bucket, copy, partBytes));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw failureOf(error);
  }
};

const sourceOf = ({ name }: Bucket, { from }: Copy): string =>
  `${name}/${from}`.split('/').map(encodeURIComponent).join('/');

const targetOf = ({ name, storageClass, keys }: Bucket, { to }: Copy) => ({
  Bucket: name,
  Key: to,
  ...(to.startsWith(keys.blobs) ? { StorageClass: storageClass } : {}),
});

const copyWhole = async (bucket: Bucket, copy: Copy): Promise<void> => {
  await bucket.client.send(new CopyObjectCommand({ ...targetOf(bucket, copy), CopySource: sourceOf(bucket, copy) }));
};

const copyInParts = async (bucket: Bucket, copy: Copy, partBytes: number): Promise<void> => {
  const { client, name } = bucket;
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(targetOf(bucket, copy)));
  const upload = { Bucket: name, Key: copy.to, UploadId };
  const copyPart = async (PartNumber: number): Promise<CompletedPart> => {
    const start = (PartNumber - 1) * partBytes;
    const end = Math.min(start + partBytes, copy.sizeBytes) - 1;
    const range = { CopySource: sourceOf(bucket, copy), CopySourceRange: `bytes=${start}-${end}` };
    const { CopyPartResult } = await client.send(new UploadPartCopyCommand({ ...upload, ...range, PartNumber }));
    return { PartNumber, ETag: CopyPartResult?.ETag };
  };
  try {
    const parts: CompletedPart[] = [];
    const count = Math.ceil(copy.sizeBytes / partBytes);
    for (let from = 1; from <= count; from += copiedAtOnce) {
      const numbers = Array.from({ length: Math.min(copiedAtOnce, count - from + 1) }, (_, n) => from + n);
      parts.push(...(await Promise.all(numbers.map(copyPart))));
    }
    await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }));
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand(upload));
    throw error;
  }
};
