import { PassThrough } from 'node:stream';
import type { MultipartFile } from '@fastify/multipart';
import { BlobTooLarge } from '@ffapi/blob';
import type { Actor, StoredFile } from '@ffapi/contracts';
import { Refusal } from '@ffapi/es';
import type { ServiceContext } from '@ffapi/service-kit';
import { noteTransfer } from '@ffapi/telemetry';
import { withinBytes, unclaimed, underClaim, type Claim, RequestRefused, type Call } from '../requests/index.ts';
import { actorOf, type Caller } from '../identity/index.ts';
import { withinQuota } from './upload-room.http.ts';

/** Refuses uploads before the volume is full. */
const ensureRoom = async ({ blobs, config }: ServiceContext): Promise<void> => {
  if ((await blobs.freeBytes()) < config.MIN_FREE_SPACE_MB * 1024 * 1024) throw new RequestRefused('disk_space_low');
};

/** What a form adds to its files: boundaries, headers and small fields. */
const formBytesMax = 1 << 20;
/** A scan reads the whole file before it is answered. */
const scanMsMax = 900_000;

/** How long a file may be, as it is set now. */
const fileBytesMax = async (context: ServiceContext): Promise<number> =>
  (await context.openSettings())().max_file_size_mb * 1024 * 1024;

/**
 * Has a form of so many files read: refused before its first byte if it announces more than it may have, and at the
 * first byte too many if it does not.
 */
export const readForm = async <T>(
  context: ServiceContext,
  { request, header }: Call,
  filesMax: number,
  read: (fileBytesMax: number) => Promise<T>,
): Promise<T> => {
  const fileSizeMax = await fileBytesMax(context);
  const bytesMax = fileSizeMax * filesMax + formBytesMax;
  if (Number(header('content-length') ?? 0) > bytesMax) throw new RequestRefused('input_too_large');
  await ensureRoom(context);
  return withinBytes(request.raw, bytesMax, () => read(fileSizeMax));
};

/** The file of a request that was made before; `null`: it is still on its way, or was cut off. */
const storedBefore = async (context: ServiceContext, fileId: string, actor: Actor): Promise<StoredFile | null> => {
  try {
    return (await context.request('asset.resolve', { fileId, actor })).file;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'file_not_found') return null;
    throw error;
  }
};

/** What a file was sent as: the same again is the same request. */
export interface SentFile {
  readonly name: string;
  readonly sha256: string;
}

export interface PartOf {
  readonly caller: Caller;
  readonly announcedBytes: number | null;
  /** Ties the request to the id of one file; without it every request makes one. */
  readonly claim?: (sent: SentFile, newId: () => string) => Promise<Claim>;
  /** It was made before, so its file has its room already. */
  readonly isRepeat?: boolean;
}

const everyTime: NonNullable<PartOf['claim']> = async (_sent, newId) => unclaimed(newId());

/** One file of a multipart form as a stored file of the caller; of a request that was made before, the file of then. */
export const storePart = async (
  context: ServiceContext,
  { caller, announcedBytes, claim: claimFor = everyTime, isRepeat = false }: PartOf,
  part: MultipartFile,
): Promise<StoredFile & Pick<Claim, 'isReplay'>> => {
  const upload = { fileId: context.newId('file'), apiKeyId: caller.keyId };
  try {
    const sizeBytesMax = await fileBytesMax(context);
    const counted = part.file.pipe(
      isRepeat ? new PassThrough() : await withinQuota(context, { ...upload, announcedBytes }),
    );
    // Room may be refused before the store has begun to read: it finds the error then, and nobody may miss it till then.
    counted.on('error', () => {});
    part.file.once('error', (error) => counted.destroy(error));
    // What is cut off at the limit may go on for ever.
    part.file.once('limit', () => counted.destroy(new RequestRefused('input_too_large')));
    part.file.once('close', () => {
      if (!part.file.readableEnded) counted.destroy(new Error('the upload ended early'));
    });
    const startMs = performance.now();
    const blob = await context.blobs.put(counted, { sizeBytesMax });
    noteTransfer(context.metrics, 'upload', blob.sizeBytes, performance.now() - startMs);
    if (part.file.truncated) throw new RequestRefused('input_too_large');
    if (blob.sizeBytes === 0) throw new RequestRefused('input_empty');
    const name = part.filename || 'file';
    const claim = await claimFor({ name, sha256: blob.sha256 }, () => upload.fileId);
    const { resourceId: fileId, isReplay } = claim;
    const actor = actorOf(caller);
    if (isReplay) {
      await context.request('asset.release', upload);
      const known = await storedBefore(context, fileId, actor);
      if (known) return { ...known, isReplay };
    }
    const ask = { fileId, actor, name, blob, contentType: null };
    const timeoutMs = context.config.ENABLE_VIRUS_SCANNING ? scanMsMax : undefined;
    const { file } = await underClaim(claim, () => context.request('asset.store', ask, timeoutMs));
    return { ...file, isReplay };
  } catch (error) {
    part.file.resume();
    await context
      .request('asset.release', upload)
      .catch((err: unknown) => context.log.warn({ err }, 'room not given back'));
    if (error instanceof BlobTooLarge) throw new RequestRefused('input_too_large');
    throw error;
  }
};
