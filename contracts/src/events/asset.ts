import { z } from 'zod';
import { blobRef } from '../kernel/blob-ref.ts';
import { defineAggregate, type EventOf } from '../kernel/aggregate.ts';
import { idOf } from '../kernel/ids.ts';
import { mediaSummary } from './shapes.ts';

/** How a file came to be. */
export const assetOrigin = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('upload') }),
  z.strictObject({ kind: z.literal('job'), jobId: idOf('job'), task: z.int().min(0), output: z.string() }),
]);
export type AssetOrigin = z.infer<typeof assetOrigin>;

export const assetStored = z.strictObject({
  fileId: idOf('file'),
  apiKeyId: z.string(),
  name: z.string(),
  contentType: z.string(),
  /** Of the file; for a folder of files (HLS, DASH), of its manifest. */
  blob: blobRef,
  /** Of the file, or of all files of the folder. */
  sizeBytes: z.int().min(0),
  /** For a folder of files: the one to open first. */
  main: z.string().nullable(),
  media: mediaSummary.nullable(),
  origin: assetOrigin,
  /** `null`: kept until someone deletes it. */
  expiresAt: z.iso.datetime().nullable(),
});
export type AssetStoredData = z.infer<typeof assetStored>;

/** What people say of a file. */
export const assetDescription = z.strictObject({
  /** In the order in which they were given, each once. */
  tags: z.array(z.string()),
  metadata: z.record(z.string(), z.unknown()),
});
export type AssetDescription = z.infer<typeof assetDescription>;

export const assetAggregate = defineAggregate({
  kind: 'asset',
  stream: '{fileId}',
  parts: { fileId: 'The file.' },
  describes: 'A stored file.',
  events: {
    AssetStored: { 1: assetStored },
    /** An upload was looked at. */
    AssetProbed: {
      1: z.strictObject({
        fileId: idOf('file'),
        apiKeyId: z.string(),
        /** `null`: it is no media. */
        media: mediaSummary.nullable(),
        /** The error that an operation would end with for this file; `null`: it is media, or could not be looked at. */
        reason: z.string().nullable(),
      }),
    },
    /** A small picture of a file was made, when somebody first asked for it. */
    AssetThumbnailMade: {
      1: z.strictObject({
        fileId: idOf('file'),
        apiKeyId: z.string(),
        /** A JPEG; `null`: this file gives none, and is not tried again. */
        thumbnail: blobRef.nullable(),
      }),
    },
    /** What people say of it has changed; all that they say of it now. */
    AssetDescribed: {
      1: z.strictObject({
        fileId: idOf('file'),
        apiKeyId: z.string(),
        ...assetDescription.shape,
        by: z.string(),
      }),
    },
    AssetDeleted: {
      1: z.strictObject({
        fileId: idOf('file'),
        apiKeyId: z.string(),
        name: z.string(),
        by: z.string(),
        /** Of the file; absent from what was deleted before storage was counted. */
        sizeBytes: z.int().min(0).optional(),
        /** For people: why it was deleted. */
        reason: z.string(),
      }),
    },
  },
});
export type AssetEvent = EventOf<typeof assetAggregate>;

export const assetStream = assetAggregate.streamOf;
