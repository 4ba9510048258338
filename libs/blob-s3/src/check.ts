import { randomBytes, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import { codeOf, statusOf } from './failure-of.ts';

const canaryBytes = 64;
const range = { start: 16, end: 31 };

/** Does once with a canary what the store will do, and throws what is wrong and where to look. */
export const checkBucket = async (bucket: Bucket): Promise<void> => {
  const written = randomBytes(canaryBytes);
  const { part, sizeBytes } = await tryOut(bucket, written).catch((error: unknown) => {
    const status = statusOf(error);
    const said = status === undefined ? codeOf(error) : `${codeOf(error)}, ${status}`;
    throw new Error(`S3 bucket "${bucket.name}" ${adviceOn(codeOf(error), status)} (${said})`);
  });
  if (!part.equals(written.subarray(range.start, range.end + 1)) || sizeBytes !== canaryBytes)
    throw new Error(`S3 bucket "${bucket.name}" gives back other bytes than were written: look at the endpoint`);
};

const tryOut = async ({ client, name, keys }: Bucket, written: Uint8Array) => {
  const canary = { Bucket: name, Key: keys.upload(`canary-${randomUUID()}`) };
  await client.send(new PutObjectCommand({ ...canary, Body: written }));
  const { Body } = await client.send(new GetObjectCommand({ ...canary, Range: `bytes=${range.start}-${range.end}` }));
  const part = await buffer(Body as Readable);
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: name, Prefix: canary.Key }));
  await client.send(new DeleteObjectCommand(canary));
  return { part, sizeBytes: Contents?.[0]?.Size };
};

const credentialCodes = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'TokenRefreshRequired',
  'CredentialsProviderError',
  'XAdminUserNotFound',
]);
const regionCodes = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);

/** What is wrong and which option to look at. */
export const adviceOn = (code: string, status: number | undefined): string => {
  if (code === 'NoSuchBucket') return 'is not there: create it, or look at the bucket and the region';
  if (credentialCodes.has(code)) return 'does not take the credentials: look at the access key and its secret';
  if (regionCodes.has(code) || status === 301) return 'is elsewhere: look at the region and the endpoint';
  if (status === 403) return 'refuses: these credentials need to get, put, delete and list objects in it';
  if (status === undefined) return 'cannot be reached: look at the endpoint';
  return 'cannot be used: look at the endpoint and the server behind it';
};
