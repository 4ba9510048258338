import { z } from 'zod';
import {
  deliveryDetail,
  deliveryResource,
  webhookResource,
  webhookTestResult,
  webhookVerdict,
} from '../api/webhook-resources.ts';
import { moderationLabel, reviewDecision } from '../events/moderation.ts';
import { heldReason, mediaSummary, type Failure } from '../events/shapes.ts';
import { deliveryStatus } from '../events/webhook.ts';
import { blobRef } from '../kernel/blob-ref.ts';
import { acceptRequest, actor, queuePlace, storedFile, webhookChange, webhookInput } from './request-shapes.ts';
import { workerHeartbeat } from './work.ts';

const nothing = z.object({});
const position = z.int().min(0);
const accepted = z.object({ jobId: z.string(), position });
const ofFile = { fileId: z.string(), actor };
const ofEndpoint = z.object({ id: z.string(), actor });
const again = z.object({ jobId: z.string(), newJobId: z.string(), actor, requestId: z.string() });
const upload = { fileId: z.string(), apiKeyId: z.string() };
const page = { actor, limit: z.int(), cursor: z.string().nullable() };
const next = z.string().nullable();

/**
 * Commands and questions between services, request and reply over NATS: name, what is asked, what is answered.
 * A refusal comes back as a code of contracts/errors.
 */
export const requests = {
  'job.accept': { ask: acceptRequest, answer: accepted },
  'job.cancel': {
    ask: z.object({ jobId: z.string(), actor, reason: z.string().nullable() }),
    answer: z.object({ position }),
  },
  'job.retry': { ask: again, answer: accepted },
  'job.duplicate': { ask: again, answer: accepted },
  'job.queue-place': { ask: z.object({ jobId: z.string() }), answer: queuePlace },
  /** `isKnown` is false while no process leads: then nothing is known, and not that nothing waits. */
  'job.workers': {
    ask: nothing,
    answer: z.object({
      workers: z.array(workerHeartbeat),
      pending: z.record(z.string(), z.number()),
      isKnown: z.boolean(),
    }),
  },
  /** Opens the review of a job that is held; once, however often it is asked. */
  'review.open': {
    ask: z.object({
      jobId: z.string(),
      apiKeyId: z.string(),
      operation: z.string(),
      reason: heldReason,
      labels: z.array(moderationLabel).readonly(),
      /** The manifest of the frames that were looked at, if there are any. */
      frames: blobRef.nullable(),
    }),
    answer: nothing,
  },
  /** The job has ended: nothing is left to decide. */
  'review.withdraw': { ask: z.object({ jobId: z.string() }), answer: nothing },
  'review.decide': {
    ask: z.object({ reviewId: z.string(), decision: reviewDecision, note: z.string().nullable(), actor }),
    answer: z.object({ position }),
  },
  'asset.store': {
    ask: z.object({ ...ofFile, name: z.string(), blob: blobRef, contentType: z.string().nullable() }),
    answer: z.object({ file: storedFile, position }),
  },
  /** Takes room for a file that is about to come, in place of what it had taken before. */
  'asset.reserve': { ask: z.object({ ...upload, bytes: z.number() }), answer: z.object({ isLimited: z.boolean() }) },
  /** The file did not come. */
  'asset.release': { ask: z.object(upload), answer: nothing },
  'asset.use': {
    ask: z.object({ apiKeyId: z.string() }),
    answer: z.object({ usedBytes: z.number(), limitBytes: z.number().nullable() }),
  },
  'asset.resolve': { ask: z.object(ofFile), answer: z.object({ file: storedFile }) },
  'asset.delete': { ask: z.object({ ...ofFile, reason: z.string() }), answer: z.object({ position }) },
  /** Adds and removes tags and members of the metadata, where `null` removes one. */
  'asset.describe': {
    ask: z.object({
      ...ofFile,
      tags: z.array(z.string()),
      removeTags: z.array(z.string()),
      metadata: z.record(z.string(), z.unknown()),
    }),
    answer: z.object({ file: storedFile, position }),
  },
  /** A small picture of a file, made when first asked for; `null`: the file gives none. */
  'asset.thumbnail': { ask: z.object(ofFile), answer: z.object({ thumbnail: blobRef.nullable() }) },
  /** Makes a JPEG of what stored bytes show, and stores it; `null`: they show nothing. */
  'media.thumbnail': { ask: z.object({ blob: blobRef }), answer: z.object({ thumbnail: blobRef.nullable() }) },
  /** Looks at stored bytes, in the sandbox: what they are, or the error that an operation would end with. */
  'media.probe': {
    ask: z.object({ blob: blobRef }),
    answer: z.object({ media: mediaSummary.nullable(), reason: z.string().nullable() }),
  },
  'webhook.subscribe': {
    ask: z.object({ id: z.string(), actor, webhook: webhookInput }),
    /** `secret` is null when the subscription was there before: it is shown once. */
    answer: z.object({ id: z.string(), secret: z.string().nullable(), createdAt: z.string() }),
  },
  'webhook.list': { ask: z.object(page), answer: z.object({ data: z.array(webhookResource), next }) },
  'webhook.get': { ask: ofEndpoint, answer: webhookResource },
  'webhook.update': { ask: ofEndpoint.extend({ change: webhookChange }), answer: webhookResource },
  'webhook.delete': { ask: ofEndpoint, answer: z.object({ deleted: z.literal(true) }) },
  'webhook.rotate-secret': {
    ask: ofEndpoint.extend({ secret: z.string().nullable() }),
    answer: z.object({ secret: z.string(), previousUntil: z.string() }),
  },
  'webhook.test': { ask: ofEndpoint, answer: webhookTestResult },
  'webhook.verify': {
    ask: z.object({ body: z.string(), headers: z.record(z.string(), z.string()), secret: z.string() }),
    answer: webhookVerdict,
  },
  'webhook.deliveries': {
    ask: z.object({
      ...page,
      jobId: z.string().nullable(),
      url: z.string().nullable(),
      status: deliveryStatus.nullable(),
      event: z.string().nullable(),
    }),
    answer: z.object({ data: z.array(deliveryResource), next }),
  },
  'webhook.delivery': { ask: ofEndpoint, answer: deliveryDetail },
  'webhook.retry-delivery': { ask: ofEndpoint, answer: deliveryResource },
  'webhook.signing-secret': { ask: z.object({ actor }), answer: z.object({ secret: z.string() }) },
} as const satisfies Readonly<Record<string, { readonly ask: z.ZodType; readonly answer: z.ZodType }>>;

export type RequestName = keyof typeof requests;
export type Ask<N extends RequestName> = z.infer<(typeof requests)[N]['ask']>;
export type Answer<N extends RequestName> = z.infer<(typeof requests)[N]['answer']>;

/** What travels back. */
export type Reply<N extends RequestName> =
  | { readonly ok: true; readonly value: Answer<N> }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message?: string;
      readonly details?: Readonly<Record<string, unknown>>;
      readonly failure?: Failure;
    };
