import { z } from 'zod';

/** A stored blob, named by its content. */
export const blobRef = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: z.int().min(0),
});
export type BlobRef = z.infer<typeof blobRef>;

/** Events carry at most this much inline in one field; larger values are blobs and the event holds the reference. */
export const inlineBytesMax = 16 * 1024;

/** A JSON value that may be too large for an event: inline, or a blob that holds the JSON text. */
export const sized = <T extends z.ZodType>(schema: T) =>
  z.union([z.strictObject({ inline: schema }), z.strictObject({ blob: blobRef })]);
export type Sized<T> = { readonly inline: T } | { readonly blob: BlobRef };
