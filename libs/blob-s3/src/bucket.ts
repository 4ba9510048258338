import {
  DeleteObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type StorageClass,
} from '@aws-sdk/client-s3';
import { leadsClients } from '@ffapi/blob';
import { failureOf, isMissing, rethrow } from './failure-of.ts';
import { createObjectKeys, type ObjectKeys } from './object-keys.ts';

export interface S3BlobStoreOptions {
  readonly bucket: string;
  readonly region: string;
  /** Absent: that of AWS for the region. */
  readonly endpoint?: string | undefined;
  /** Where clients reach that server, for direct links; absent: there, too, unless its name means something in this network only. */
  readonly publicEndpoint?: string | undefined;
  /** Absent: where the SDK finds them, such as the environment, a profile, or the role of the machine or pod. */
  readonly credentials?:
    | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string | undefined }
    | undefined;
  /** The bucket in the path instead of the host name, which most servers other than AWS want. */
  readonly forcePathStyle?: boolean | undefined;
  /** Before every key; several stores can share a bucket. */
  readonly prefix?: string | undefined;
  /** Of blobs; what is there for a moment only has the bucket's own. */
  readonly storageClass?: string | undefined;
  /** A stream may have as many as 10,000 parts. */
  readonly partSizeBytes?: number | undefined;
  /** How long a connection may be silent while something is waited for. */
  readonly idleTimeoutMs?: number | undefined;
}

/** One bucket with what is needed to speak to it. */
export interface Bucket {
  readonly name: string;
  readonly keys: ObjectKeys;
  readonly client: S3Client;
  /** For bodies: they may wait for a slow reader as long as they like, and must not hold up everything else. */
  readonly reading: S3Client;
  /** Signs direct links and sends nothing; absent where clients do not reach the server. */
  readonly signing: S3Client | undefined;
  readonly storageClass: StorageClass | undefined;
  readonly partSizeBytes: number;
  readonly idleTimeoutMs: number;
}

export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

/** Whether something is surely older. S3 tells whole seconds: what looks older by less than one may not be. */
export const isOlder = (at: Date, before: Date): boolean => at.getTime() + 1000 <= before.getTime();

/** Whether a direct link would lead clients anywhere. */
const isReachedByClients = ({ endpoint, publicEndpoint }: S3BlobStoreOptions): boolean =>
  publicEndpoint !== undefined || endpoint === undefined || leadsClients(endpoint);

const connectTimeoutMs = 5000;
const connectionsMax = 256;

export const openBucket = (options: S3BlobStoreOptions): Bucket => {
  const { idleTimeoutMs = 30_000 } = options;
  const agent = { keepAlive: true, maxSockets: connectionsMax };
  const clientOf = (timeouts: object, endpoint = options.endpoint) =>
    new S3Client({
      region: options.region,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
      forcePathStyle: options.forcePathStyle ?? false,
      // Some servers store the framing of streamed checksums as part of the object. Bodies are signed by their SHA-256 anyway.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 4,
      requestHandler: { connectionTimeout: connectTimeoutMs, httpAgent: agent, httpsAgent: agent, ...timeouts },
    });
  return {
    name: options.bucket,
    keys: createObjectKeys(options.prefix),
    client: clientOf({ socketTimeout: idleTimeoutMs }),
    reading: clientOf({ socketTimeout: 0, requestTimeout: idleTimeoutMs, throwOnRequestTimeout: true }),
    signing: isReachedByClients(options) ? clientOf({}, options.publicEndpoint ?? options.endpoint) : undefined,
    storageClass: options.storageClass as StorageClass | undefined,
    partSizeBytes: options.partSizeBytes ?? 8 << 20,
    idleTimeoutMs,
  };
};

/** Size and age of an object; `null` when it is not there. */
export const headObject = async ({ client, name }: Bucket, key: string): Promise<StoredObject | null> => {
  try {
    const { ContentLength, LastModified } = await client.send(new HeadObjectCommand({ Bucket: name, Key: key }));
    return { key, sizeBytes: ContentLength ?? 0, modifiedAt: LastModified ?? new Date(0) };
  } catch (error) {
    if (isMissing(error)) return null;
    throw failureOf(error);
  }
};

/** Asks for nothing but whether the bucket is there and can be used. */
export const reachBucket = async ({ client, name }: Bucket): Promise<void> => {
  await client.send(new HeadBucketCommand({ Bucket: name })).catch(rethrow);
};

export const putObject = async ({ client, name }: Bucket, key: string, body = new Uint8Array(0)): Promise<void> => {
  await client.send(new PutObjectCommand({ Bucket: name, Key: key, Body: body })).catch(rethrow);
};

/** Removes the object if it is there. */
export const eraseObject = async ({ client, name }: Bucket, key: string): Promise<void> => {
  try {
    await client.send(new DeleteObjectCommand({ Bucket: name, Key: key }));
  } catch (error) {
    if (!isMissing(error)) throw failureOf(error);
  }
};

/** The objects below a folder in the order of their keys, a page at a time as they are asked for. */
export async function* objectsUnder(
  { client, name }: Bucket,
  folder: string,
  startAfter?: string,
): AsyncGenerator<StoredObject> {
  let token: string | undefined;
  do {
    const page = await client
      .send(
        new ListObjectsV2Command({ Bucket: name, Prefix: folder, StartAfter: startAfter, ContinuationToken: token }),
      )
      .catch(rethrow);
    for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? [])
      yield { key: Key, sizeBytes: Size, modifiedAt: LastModified };
    token = page.NextContinuationToken;
  } while (token !== undefined);
}
