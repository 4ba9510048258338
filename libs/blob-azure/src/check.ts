import { randomBytes, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { isRestError } from '@azure/storage-blob';
import { blobClient, type Container } from './container.ts';
import { codeOf, statusOf } from './failure-of.ts';

const canaryBytes = 64;
const range = { start: 16, sizeBytes: 16 };
/** Azure itself takes signatures of the last and next quarter of an hour. */
const clockMsMax = 10 * 60_000;

/** Does once with a canary what the store will do, and throws what is wrong and where to look. */
export const checkContainer = async (container: Container): Promise<void> => {
  const written = randomBytes(canaryBytes);
  const { part, sizeBytes } = await tryOut(container, written).catch((error: unknown) => {
    const [code, status] = [codeOf(error), statusOf(error)];
    const said = status === undefined ? code : `${code}, ${status}`;
    throw new Error(`container "${container.name}" ${adviceOn(code, status, clockOffMs(error))} (${said})`);
  });
  if (!part.equals(written.subarray(range.start, range.start + range.sizeBytes)) || sizeBytes !== canaryBytes)
    throw new Error(`container "${container.name}" gives back other bytes than were written: look at the endpoint`);
};

const tryOut = async (container: Container, written: Buffer) => {
  const name = container.names.upload(`canary-${randomUUID()}`);
  const canary = blobClient(container, name);
  await canary.upload(written, written.length, { conditions: { ifNoneMatch: '*' } });
  const { readableStreamBody } = await canary.download(range.start, range.sizeBytes, { maxRetryRequests: 0 });
  const part = await buffer(readableStreamBody as Readable);
  const { value } = await container.client.listBlobsFlat({ prefix: name }).next();
  await canary.delete();
  return { part, sizeBytes: value?.properties.contentLength };
};

/** How far this machine's clock is from that of the server which refused. */
const clockOffMs = (error: unknown): number => {
  const date = isRestError(error) ? error.response?.headers.get('date') : undefined;
  return date === undefined ? 0 : Math.abs(Date.now() - Date.parse(date));
};

/** What is wrong and which option to look at. */
export const adviceOn = (code: string, status: number | undefined, clockMs = 0): string => {
  if (code === 'ContainerNotFound') return 'is not there: create it, or look at the container and the account';
  if (['ContainerBeingDeleted', 'ContainerDisabled', 'AccountIsDisabled'].includes(code))
    return 'is deleted or disabled: look at the account';
  if (code === 'InvalidResourceName') return 'has a name that Azure does not take: look at the container';
  if (status === 403 && clockMs > clockMsMax)
    return `does not take the time of this machine, which is ${Math.round(clockMs / 60_000)} minutes off: set its clock`;
  if (['AuthenticationFailed', 'InvalidAuthenticationInfo', 'NoAuthenticationInformation'].includes(code))
    return 'does not take the credentials: look at the account and its key, or the connection string';
  if (code === 'AuthorizationFailure')
    return 'does not let this process in: look at the key of the account and at its network rules';
  if (status === 403) return 'refuses: these credentials need to read, write, delete and list blobs in it';
  if (status === undefined) return 'cannot be reached: look at the account and the endpoint';
  return 'cannot be used: look at the endpoint and the server behind it';
};
