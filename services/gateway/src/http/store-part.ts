import type { MultipartFile } from '@fastify/multipart';
import { BlobTooLarge } from '@ffapi/blob';
import type { StoredFile } from '@ffapi/contracts';
import type { ServiceContext } from '@ffapi/service-kit';
import { actorOf, type Caller } from './access.ts';
import { RequestRefused } from './problem.ts';

/** Refuses uploads before the volume is full. */
export const ensureRoom = async ({ blobs, config }: ServiceContext): Promise<void> => {
  if ((await blobs.freeBytes()) < config.MIN_FREE_SPACE_MB * 1024 * 1024) throw new RequestRefused('disk_space_low');
};

/** One file of a multipart form as a stored file of the caller. */
export const storePart = async (context: ServiceContext, caller: Caller, part: MultipartFile): Promise<StoredFile> => {
  try {
    const blob = await context.blobs.put(part.file, { sizeBytesMax: context.config.MAX_FILE_SIZE_MB * 1024 * 1024 });
    if (part.file.truncated) throw new RequestRefused('input_too_large');
    if (blob.sizeBytes === 0) throw new RequestRefused('input_empty');
    const name = part.filename || 'file';
    const ask = { fileId: context.newId('file'), actor: actorOf(caller), name, blob, contentType: null };
    return (await context.request('asset.store', ask)).file;
  } catch (error) {
    part.file.resume();
    if (error instanceof BlobTooLarge) throw new RequestRefused('input_too_large');
    throw error;
  }
};
