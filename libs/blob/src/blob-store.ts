import type { Readable } from 'node:stream';
import type { FileIdentity } from './plain-file.ts';

/** As much as anybody asks for; a number that JSON can carry. */
export const unlimitedBytes = Number.MAX_SAFE_INTEGER;

/** Names a blob by its content. */
export interface BlobKey {
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Names a blob and tells its size, as events carry it. */
export interface BlobRef extends BlobKey {
  readonly sizeBytes: number;
}

export interface StoredBlob extends BlobRef {
  /** Moves forward when the same content is put again, so that a sweep by age spares it. */
  readonly modifiedAt: Date;
}

/** Both ends included, as in HTTP; without `end` the rest of the blob. */
export interface ByteRange {
  readonly start: number;
  readonly end?: number | undefined;
}

export interface PutOptions {
  /** One byte more fails with `BlobTooLarge` and leaves nothing behind. */
  readonly sizeBytesMax?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PutFileOptions extends PutOptions {
  /** The caller gives the file away: a local store renames it, every store removes it. */
  readonly move?: boolean | undefined;
  /** The file as it was when it was looked at: another in its place, or a changed one, is not taken. */
  readonly as?: FileIdentity | undefined;
}

export interface GetOptions {
  readonly range?: ByteRange | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface DeleteOptions {
  /** Spares a blob that was put or touched at this time or later, also when that happens at the same moment. */
  readonly putBefore?: Date | undefined;
}

/** What the store answers with under a direct link, and for how long. */
export interface LinkOptions {
  readonly contentType: string;
  /** The header of RFC 6266. */
  readonly contentDisposition: string;
  /** Whole seconds count. */
  readonly lifetimeMs: number;
}

export type BlobBody = Uint8Array | AsyncIterable<Uint8Array>;

/**
 * Keeps bytes under the SHA-256 of their content. A blob is seen whole or not at all, is durable when `put` returns,
 * and never changes; putting the same content twice keeps one copy.
 */
export interface BlobStore {
  put(body: BlobBody, options?: PutOptions): Promise<BlobRef>;
  /**
   * The file must not be written to afterwards: a local store may share its bytes. A link, a pipe or a device is not
   * taken.
   */
  putFile(path: string, options?: PutFileOptions): Promise<BlobRef>;
  /** Throws `BlobNotFound`, and `RangeError` when the range starts behind the end. */
  get(key: BlobKey, options?: GetOptions): Promise<Readable>;
  head(key: BlobKey): Promise<StoredBlob>;
  has(key: BlobKey): Promise<boolean>;
  /** Makes the blob as new as one that was just put; `false` when it is not there. */
  touch(key: BlobKey): Promise<boolean>;
  /** Whether anything was deleted: not what is absent, nor what is newer than asked for. */
  delete(key: BlobKey, options?: DeleteOptions): Promise<boolean>;
  /** In the order of the digests, those after the given one. */
  list(after?: string): AsyncIterable<StoredBlob>;
  /** A read-only path to the bytes, or `null` where they are not on this machine. */
  localPath(key: BlobKey): Promise<string | null>;
  /**
   * An address at which the store itself answers GET, ranges included, to anyone who has it, until it ends; `null` where
   * it gives none. Whether the blob is there is not asked.
   */
  directLink(key: BlobKey, options: LinkOptions): Promise<string | null>;
  /** `unlimitedBytes` where no volume ends. */
  freeBytes(): Promise<number>;
  /** Removes what unfinished writes left behind before the given time, and says how many files that were; none where another process keeps them. */
  sweepIncoming(before: Date): Promise<number>;
}
