import { z } from 'zod';
import { assetOrigin } from '../events/asset.ts';
import { jobAccepted } from '../events/job.ts';
import { mediaStatus, mediaSummary } from '../events/shapes.ts';
import { blobRef } from '../kernel/blob-ref.ts';

/** Where a request came from, for the record. */
export const requestOrigin = z.object({ ip: z.string().nullable(), userAgent: z.string().nullable() });
export type RequestOrigin = Readonly<z.infer<typeof requestOrigin>>;

/** Who asks: an admin sees and does everything, other keys only their own. */
export const actor = z.object({
  keyId: z.string(),
  isAdmin: z.boolean(),
  /** Absent where the platform acts by itself. */
  origin: requestOrigin.optional(),
});
export type Actor = Readonly<z.infer<typeof actor>>;

export const storedFile = z.object({
  fileId: z.string(),
  apiKeyId: z.string(),
  name: z.string(),
  blob: blobRef,
  sizeBytes: z.int().min(0),
  contentType: z.string(),
  main: z.string().nullable(),
  media: mediaSummary.nullable(),
  mediaStatus,
  /** Why it is no media, as the code of an error, where that is known. */
  mediaReason: z.string().nullable(),
  origin: assetOrigin,
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  // A storage service of the version before tells neither.
  tags: z.array(z.string()).default([]),
  metadata: z.record(z.string(), z.unknown()).default({}),
});
export type StoredFile = Readonly<z.infer<typeof storedFile>>;

export const acceptRequest = z.object({
  job: jobAccepted.omit({ tasks: true }).extend({ pool: z.string() }),
  requestId: z.string(),
  traceparent: z.string().nullable(),
  origin: requestOrigin.optional(),
});
export type AcceptRequest = Readonly<z.infer<typeof acceptRequest>>;

export const queuePlace = z.object({
  position: z.int().nullable(),
  etaSeconds: z.number().nullable(),
  /** Why the job is not running: `queue`, `no_worker`, `retry_scheduled`, `quota_concurrency`, `quota_suspended`. */
  reason: z.string().nullable(),
});
export type QueuePlace = Readonly<z.infer<typeof queuePlace>>;

export const webhookInput = z.object({
  events: z.array(z.string()),
  url: z.string(),
  secret: z.string().nullable(),
  headers: z.record(z.string(), z.string()),
});
export type WebhookInput = Readonly<z.infer<typeof webhookInput>>;

/** What is to change of a subscription; `null`: as it is. */
export const webhookChange = z.object({
  events: z.array(z.string()).nullable(),
  url: z.string().nullable(),
  headers: z.record(z.string(), z.string()).nullable(),
  enabled: z.boolean().nullable(),
});
export type WebhookChange = Readonly<z.infer<typeof webhookChange>>;
