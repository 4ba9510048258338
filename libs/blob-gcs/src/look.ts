import { BlobNotFound, BlobStoreUnavailable, type StoredBlob } from '@ffapi/blob';
import type { Bucket } from './bucket.ts';
import { failureOf, isMissing } from './failure-of.ts';
import { describeObject, type Conditions, type Described, type Metadata } from './objects.ts';

/** A blob as it was when it was looked at. */
export interface Found {
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
  /** They hold until anything is written to it, be it only that it is touched. */
  readonly asItWas: Required<Conditions>;
}

/** What makes a blob new. */
export const touchedNow = (): Metadata => ({ touched: new Date().toISOString() });

/** The later of what the bucket says and of what the process said that put or touched the blob. */
export const modifiedAtOf = ({ updated = '', metadata }: Described): Date => {
  const times = [updated, metadata?.['touched'] ?? ''].map((time) => Date.parse(time));
  return new Date(Math.max(0, ...times.filter((ms) => !Number.isNaN(ms))));
};

const foundOf = (object: Described): Found => {
  const { size, generation, metageneration } = object;
  if (!generation || !metageneration) throw new BlobStoreUnavailable('the bucket tells no generation');
  return {
    sizeBytes: Number(size),
    modifiedAt: modifiedAtOf(object),
    asItWas: { ifGenerationMatch: generation, ifMetagenerationMatch: metageneration },
  };
};

/** What is in the place of a blob; `null` when nothing is. */
export const look = async (bucket: Bucket, sha256: string): Promise<Found | null> => {
  const object = await describeObject(bucket, bucket.names.blob(sha256)).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw failureOf(error);
  });
  return object && foundOf(object);
};

export const headBlob = async (bucket: Bucket, sha256: string): Promise<StoredBlob> => {
  const found = await look(bucket, sha256);
  if (!found) throw new BlobNotFound(sha256);
  return { sha256, sizeBytes: found.sizeBytes, modifiedAt: found.modifiedAt };
};
