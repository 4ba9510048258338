import { BlobStoreUnavailable, BlobNotFound, type StoredBlob } from '@ffapi/blob';
import { blobClient, type Container } from './container.ts';
import { failureOf, isMissing } from './failure-of.ts';

/** A blob as it was when it was looked at. */
export interface Found {
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
  /** Another one when anything was written to it since, be it only that it was touched. */
  readonly etag: string;
  /** A copy that goes on or has failed is in its place, but none of its bytes are. */
  readonly isWhole: boolean;
}

interface Properties {
  readonly contentLength?: number | undefined;
  readonly lastModified?: Date | undefined;
  readonly etag?: string | undefined;
  readonly copyStatus?: string | undefined;
}

type Metadata = Readonly<Record<string, string>> | undefined;

export const isWhole = ({ copyStatus = 'success' }: Properties): boolean => copyStatus === 'success';

/** What makes a blob new; Azure itself tells whole seconds. */
export const touchedNow = (): Record<string, string> => ({ touched: new Date().toISOString() });

/** The later of what the container says and of what the process said that put or touched the blob. */
const modifiedAtOf = ({ lastModified = new Date(0) }: Properties, metadata: Metadata): Date => {
  const touchedMs = Date.parse(metadata?.['touched'] ?? '');
  return touchedMs > lastModified.getTime() ? new Date(touchedMs) : lastModified;
};

export const foundOf = (properties: Properties, metadata: Metadata): Found => ({
  sizeBytes: properties.contentLength ?? 0,
  modifiedAt: modifiedAtOf(properties, metadata),
  etag: properties.etag ?? '',
  isWhole: isWhole(properties),
});

/** What is in the place of a blob; `null` when nothing is. */
export const look = async (container: Container, sha256: string): Promise<Found | null> => {
  try {
    const properties = await blobClient(container, container.names.blob(sha256)).getProperties();
    if (!properties.etag) throw new BlobStoreUnavailable('the container tells no ETag');
    return foundOf(properties, properties.metadata);
  } catch (error) {
    if (isMissing(error)) return null;
    throw failureOf(error);
  }
};

export const headBlob = async (container: Container, sha256: string): Promise<StoredBlob> => {
  const found = await look(container, sha256);
  if (!found?.isWhole) throw new BlobNotFound(sha256);
  return { sha256, sizeBytes: found.sizeBytes, modifiedAt: found.modifiedAt };
};
