import { createHash, randomUUID } from 'node:crypto';
import { objectPath, type Bucket } from './bucket.ts';
import { failureOf, isConflict, isMissing, rethrow } from './failure-of.ts';

/** An object as the JSON interface describes it; numbers of 64 bits are text. */
export interface Described {
  readonly name: string;
  readonly size?: string;
  /** Another one whenever the content is written. */
  readonly generation?: string;
  /** Counts changes of the metadata of a generation. */
  readonly metageneration?: string;
  readonly updated?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export const described = 'name,size,generation,metageneration,updated,metadata';

/** What must not have happened since; `0` for the generation of what must not be there. */
export interface Conditions {
  readonly ifGenerationMatch?: string;
  readonly ifMetagenerationMatch?: string;
}

export type Metadata = Readonly<Record<string, string>>;

export const describeObject = ({ name: bucket, send }: Bucket, name: string): Promise<Described> =>
  send<Described>({ path: objectPath(bucket, name), params: { fields: described } });

/** `false`: somebody else was there before. */
const unlessConflict = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw failureOf(error);
  }
};

export interface Written {
  readonly conditions?: Conditions;
  readonly metadata?: Metadata;
}

/** Writes an object in one request. Bytes that were changed on the way are not taken: their MD5 goes with them. */
export const insertObject = (
  { name: bucket, send }: Bucket,
  name: string,
  bytes: Uint8Array,
  { conditions = {}, metadata }: Written = {},
): Promise<boolean> => {
  const boundary = randomUUID();
  const md5Hash = createHash('md5').update(bytes).digest('base64');
  const part = (contentType: string) => `--${boundary}\r\nContent-Type: ${contentType}\r\n\r\n`;
  const head = `${part('application/json; charset=UTF-8')}${JSON.stringify({ name, md5Hash, metadata })}\r\n`;
  const data = Buffer.concat([
    Buffer.from(`${head}${part('application/octet-stream')}`),
    bytes,
    Buffer.from(`\r\n--${boundary}--`),
  ]);
  return unlessConflict(
    send({
      method: 'POST',
      path: `/upload${objectPath(bucket)}`,
      params: { uploadType: 'multipart', name, fields: 'name', ...conditions },
      headers: { 'content-type': `multipart/related; boundary=${boundary}` },
      data,
    }),
  );
};

/** Google's own limit of how many objects become one at once. */
export const composedMax = 32;

/** Makes one object of several inside the bucket, without the bytes coming here. */
export const composeObject = (
  { name: bucket, send }: Bucket,
  from: readonly string[],
  to: string,
  { conditions = {}, metadata }: Written = {},
): Promise<boolean> =>
  unlessConflict(
    send({
      method: 'POST',
      path: `${objectPath(bucket, to)}/compose`,
      params: { fields: 'name', ...conditions },
      data: {
        sourceObjects: from.map((name) => ({ name })),
        destination: { contentType: 'application/octet-stream', metadata },
      },
    }),
  );

/** `false`: it is not there, or somebody has changed it. */
export const patchObject = async (
  { name: bucket, send }: Bucket,
  name: string,
  metadata: Metadata,
  conditions: Conditions,
): Promise<boolean> => {
  try {
    await send({
      method: 'PATCH',
      path: objectPath(bucket, name),
      params: { fields: 'name', ...conditions },
      data: { metadata },
    });
    return true;
  } catch (error) {
    if (isConflict(error) || isMissing(error)) return false;
    throw failureOf(error);
  }
};

/** What became of something that was to be removed. */
export type Removal = 'removed' | 'missing' | 'changed';

/** Removes an object; with conditions only as long as they hold. */
export const eraseObject = async (
  { name: bucket, send }: Bucket,
  name: string,
  conditions: Conditions = {},
): Promise<Removal> => {
  try {
    await send({ method: 'DELETE', path: objectPath(bucket, name), params: { ...conditions } });
    return 'removed';
  } catch (error) {
    if (isMissing(error)) return 'missing';
    if (isConflict(error)) return 'changed';
    throw failureOf(error);
  }
};

interface Page {
  readonly items?: readonly Described[];
  readonly nextPageToken?: string;
}

/** What is below a prefix in the order of its names, a page at a time as they are asked for. */
export async function* objectsUnder(
  { name: bucket, pageMax, send }: Bucket,
  prefix: string,
  startOffset?: string,
): AsyncGenerator<Described> {
  let next: Record<string, string> = startOffset === undefined ? {} : { startOffset };
  for (;;) {
    const page = await send<Page>({
      path: objectPath(bucket),
      params: { prefix, maxResults: String(pageMax), fields: `nextPageToken,items(${described})`, ...next },
    }).catch(rethrow);
    yield* page.items ?? [];
    if (page.nextPageToken === undefined) return;
    next = { ...next, pageToken: page.nextPageToken };
  }
}

/** Asks for nothing but whether the bucket is there and can be used. */
export const reachBucket = async ({ name: bucket, send }: Bucket): Promise<void> => {
  await send({ path: objectPath(bucket), params: { maxResults: '1', fields: 'nextPageToken' } }).catch(rethrow);
};
