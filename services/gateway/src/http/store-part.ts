import { PassThrough, Transform } from 'node:stream';
import type { MultipartFile } from '@fastify/multipart';
import { BlobTooLarge } from '@ffapi/blob';
import type { StoredFile } from '@ffapi/contracts';
import type { ServiceContext } from '@ffapi/service-kit';
import type { Caller } from './caller.ts';
import { RequestRefused } from './problem.ts';

/** Room that is asked for at a time when nobody says how much will come. */
const stepBytes = 1024 * 1024;
/** A form may have this much around its file. */
const formBytes = 2_048;
/** Room that is held on to this often is not taken for forgotten. */
const holdMs = 60_000;

/** Refuses uploads before the volume is full. */
export const ensureRoom = async ({ blobs, config }: ServiceContext): Promise<void> => {
  if ((await blobs.freeBytes()) < config.MIN_FREE_SPACE_MB * 1024 * 1024) throw new RequestRefused('disk_space_low');
};

/** How long a file may be, as it is set now. */
export const fileBytesMax = async (context: ServiceContext): Promise<number> =>
  (await context.openSettings())().max_file_size_mb * 1024 * 1024;

interface Upload {
  readonly fileId: string;
  readonly apiKeyId: string;
  /** What the request says of its length; `null`: nothing. */
  readonly announcedBytes: number | null;
}

/** Lets bytes through for which room was found; asks for more as they come, before they go on. */
const withinQuota = async (
  context: ServiceContext,
  { fileId, apiKeyId, announcedBytes }: Upload,
): Promise<Transform> => {
  const step = announcedBytes === null ? stepBytes : 0;
  const reserve = async (bytes: number) =>
    (await context.request('asset.reserve', { fileId, apiKeyId, bytes })).isLimited;
  let reservedBytes = announcedBytes === null ? step : Math.max(0, announcedBytes - formBytes);
  let [seenBytes, heldAtMs] = [0, performance.now()];
  if (!(await reserve(reservedBytes))) return new PassThrough();
  const pass = async (chunk: Buffer): Promise<Buffer> => {
    seenBytes += chunk.length;
    if (seenBytes > reservedBytes || performance.now() - heldAtMs > holdMs) {
      if (seenBytes > reservedBytes) reservedBytes = seenBytes + step;
      heldAtMs = performance.now();
      await reserve(reservedBytes);
    }
    return chunk;
  };
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      pass(chunk).then(
        (same) => done(null, same),
        (error: Error) => done(error),
      );
    },
  });
};

/** One file of a multipart form as a stored file of the caller. */
export const storePart = async (
  context: ServiceContext,
  {
    caller,
    announcedBytes,
  }: { readonly caller: Pick<Caller, 'keyId' | 'isAdmin'>; readonly announcedBytes: number | null },
  part: MultipartFile,
): Promise<StoredFile> => {
  const { keyId, isAdmin } = caller;
  const upload = { fileId: context.newId('file'), apiKeyId: keyId };
  try {
    const sizeBytesMax = await fileBytesMax(context);
    const counted = part.file.pipe(await withinQuota(context, { ...upload, announcedBytes }));
    part.file.once('error', (error) => counted.destroy(error));
    part.file.once('close', () => {
      if (!part.file.readableEnded) counted.destroy(new Error('the upload ended early'));
    });
    const blob = await context.blobs.put(counted, { sizeBytesMax });
    if (part.file.truncated) throw new RequestRefused('input_too_large');
    if (blob.sizeBytes === 0) throw new RequestRefused('input_empty');
    const name = part.filename || 'file';
    const ask = { fileId: upload.fileId, actor: { keyId, isAdmin }, name, blob, contentType: null };
    return (await context.request('asset.store', ask)).file;
  } catch (error) {
    part.file.resume();
    await context
      .request('asset.release', upload)
      .catch((err: unknown) => context.log.warn({ err }, 'room not given back'));
    if (error instanceof BlobTooLarge) throw new RequestRefused('input_too_large');
    throw error;
  }
};
