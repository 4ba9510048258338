import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** A file and what it is in each encoding that clients take. */
export interface ServedFile {
  readonly etag: string;
  readonly encoded: Readonly<Record<Encoding, Buffer>>;
}

type Encoding = 'br' | 'gzip' | 'identity';

/** Beyond this the work grows much faster than what it saves. */
const brotliQuality = 6;

const encode = async (bytes: Buffer): Promise<ServedFile> => {
  const params = { [constants.BROTLI_PARAM_QUALITY]: brotliQuality };
  const [br, gzipped] = await Promise.all([promisify(brotliCompress)(bytes, { params }), promisify(gzip)(bytes)]);
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  return { etag: `"${digest}"`, encoded: { br, gzip: gzipped, identity: bytes } };
};

const files = new Map<string, Promise<ServedFile>>();

/** A file of this version of the platform, read and compressed once; rejects with ENOENT where there is none. */
export const servedFile = (path: string | URL): Promise<ServedFile> => {
  const key = String(path);
  const known = files.get(key);
  if (known) return known;
  const made = readFile(path).then(encode);
  made.catch(() => files.delete(key));
  files.set(key, made);
  return made;
};

/** The best encoding that `Accept-Encoding` allows (RFC 9110 §12.5.3). */
export const encodingFor = (accepted: string | undefined): Encoding => {
  const weights = new Map(
    (accepted ?? '').split(',').map((part) => {
      const [name = '', ...params] = part.split(';').map((each) => each.trim().toLowerCase());
      const weight = params.find((each) => each.startsWith('q='))?.slice(2);
      return [name, weight === undefined ? 1 : Number(weight)] as const;
    }),
  );
  const isTaken = (name: Encoding): boolean => (weights.get(name) ?? weights.get('*') ?? 0) > 0;
  return (['br', 'gzip'] as const).find(isTaken) ?? 'identity';
};
