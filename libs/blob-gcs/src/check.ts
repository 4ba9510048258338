import { randomBytes, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { BlobStoreUnavailable } from '@ffapi/blob';
import { objectPath, type Asked, type Bucket } from './bucket.ts';
import { codeOf, dateOf, SignInFailed, statusOf } from './failure-of.ts';
import { eraseObject, insertObject, objectsUnder, patchObject } from './objects.ts';

const canaryBytes = 64;
const range = { start: 16, sizeBytes: 16 };
/** Google itself takes tokens of the last and next five minutes or so. */
const clockMsMax = 4 * 60_000;

/** Does once with a canary what the store will do, and throws what is wrong and where to look. */
export const checkBucket = async (bucket: Bucket): Promise<void> => {
  const written = randomBytes(canaryBytes);
  // What the store says of a failure is less than what is known of it here.
  let failure: unknown;
  const send = <T>(asked: Asked): Promise<T> =>
    bucket.send<T>(asked).catch((error: unknown) => {
      failure = error;
      throw error;
    });
  const { part, sizeBytes } = await tryOut({ ...bucket, send }, written).catch((thrown: unknown) => {
    const error = thrown instanceof BlobStoreUnavailable ? (failure ?? thrown) : thrown;
    const [code, status] = [codeOf(error), statusOf(error)];
    const said = status === undefined ? code : `${code}, ${status}`;
    const advice = error instanceof SignInFailed ? signInAdvice : adviceOn(code, status);
    throw new Error(`bucket "${bucket.name}" ${clockAdvice(error) ?? advice} (${said})`);
  });
  if (!part.equals(written.subarray(range.start, range.start + range.sizeBytes)) || sizeBytes !== canaryBytes)
    throw new Error(`bucket "${bucket.name}" gives back other bytes than were written: look at the endpoint`);
};

const tryOut = async (bucket: Bucket, written: Buffer) => {
  const name = bucket.names.upload(`canary-${randomUUID()}`);
  await insertObject(bucket, name, written, { conditions: { ifGenerationMatch: '0' } });
  const bytes = `bytes=${range.start}-${range.start + range.sizeBytes - 1}`;
  const path = objectPath(bucket.name, name);
  const part = await buffer(await bucket.read({ path, params: { alt: 'media' }, headers: { range: bytes } }));
  await patchObject(bucket, name, { canary: 'yes' }, { ifMetagenerationMatch: '1' });
  const { value } = await objectsUnder(bucket, name).next();
  await eraseObject(bucket, name);
  return { part, sizeBytes: Number(value?.size) };
};

const signInAdvice =
  'cannot be signed in to: look at GOOGLE_APPLICATION_CREDENTIALS, or the role of the machine or pod';

/** How far this machine's clock is from that of the server which refused, where that is why. */
const clockAdvice = (error: unknown): string | undefined => {
  const date = dateOf(error);
  const isRefused = error instanceof SignInFailed || [401, 403].includes(statusOf(error) ?? 0);
  const offMs = date === null || !isRefused ? 0 : Math.abs(Date.now() - Date.parse(date));
  return offMs > clockMsMax
    ? `does not take the time of this machine, which is ${Math.round(offMs / 60_000)} minutes off: set its clock`
    : undefined;
};

/** What is wrong and which option to look at. */
export const adviceOn = (code: string, status: number | undefined): string => {
  if (status === 404) return 'is not there: create it, or look at its name';
  if (status === 400) return 'has a name that Google does not take, or is no bucket: look at its name and the endpoint';
  if (status === 401) return 'does not take the credentials: look at GOOGLE_APPLICATION_CREDENTIALS';
  if (code === 'accountDisabled') return 'is of an account that is disabled: look at its project and billing';
  if (status === 403)
    return 'refuses: these credentials need to read, write, delete and list objects in it, as Storage Object User';
  if (status === undefined) return 'cannot be reached: look at the endpoint and the network';
  return 'cannot be used: look at the endpoint and the server behind it';
};
