import {
  BlobCorrupt,
  BlobNotFound,
  BlobStoreFull,
  BlobStoreUnavailable,
  BlobTooLarge,
  type StoredBlob,
} from '@ffapi/blob';

/** What both sides agree on: status for failure, header names, one JSON line per listed blob. */
export const headers = { modifiedAt: 'x-blob-modified-at', sizeBytesMax: 'x-blob-size-bytes-max' } as const;

export const statusOf = (error: unknown): number => {
  if (error instanceof BlobNotFound) return 404;
  if (error instanceof BlobTooLarge) return 413;
  if (error instanceof RangeError) return 416;
  if (error instanceof BlobCorrupt) return 500;
  if (error instanceof BlobStoreFull) return 507;
  return 503;
};

export interface Asked {
  readonly sha256?: string | undefined;
  readonly sizeBytesMax?: number | undefined;
}

export const failureOf = (status: number, asked: Asked): Error => {
  if (status === 404 && asked.sha256 !== undefined) return new BlobNotFound(asked.sha256);
  if (status === 413) return new BlobTooLarge(asked.sizeBytesMax ?? 0);
  if (status === 416) return new RangeError('the range starts behind the end');
  if (status === 507) return new BlobStoreFull('no space left at the blob endpoint');
  return new BlobStoreUnavailable(`the blob endpoint answered ${status}`);
};

export const toLine = (blob: StoredBlob): string => `${JSON.stringify(blob)}\n`;

export const fromLine = (line: string): StoredBlob => {
  const { sha256, sizeBytes, modifiedAt } = JSON.parse(line) as {
    sha256: string;
    sizeBytes: number;
    modifiedAt: string;
  };
  return { sha256, sizeBytes, modifiedAt: new Date(modifiedAt) };
};
