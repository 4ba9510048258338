import type { Failure } from '../events/shapes.ts';
import type { JobAcceptedData } from '../events/job.ts';
import type {
  DeliveryDetail,
  DeliveryResource,
  WebhookResource,
  WebhookTestResult,
  WebhookVerdict,
} from '../api/webhook-resources.ts';
import type { DeliveryStatus } from '../events/webhook.ts';
import type { HeldReason } from '../events/shapes.ts';
import type { ModerationLabel, ReviewDecision } from '../events/moderation.ts';
import type { BlobRef } from '../kernel/blob-ref.ts';
import type { WorkerHeartbeat } from './work.ts';
import type { AssetOrigin } from '../events/asset.ts';
import type { MediaStatus, MediaSummary } from '../events/shapes.ts';

/** Where a request came from, for the record. */
export interface RequestOrigin {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** Who asks: an admin sees and does everything, other keys only their own. */
export interface Actor {
  readonly keyId: string;
  readonly isAdmin: boolean;
  /** Absent where the platform acts by itself. */
  readonly origin?: RequestOrigin | undefined;
}

export interface StoredFile {
  readonly fileId: string;
  readonly apiKeyId: string;
  readonly name: string;
  readonly blob: BlobRef;
  readonly sizeBytes: number;
  readonly contentType: string;
  readonly main: string | null;
  readonly media: MediaSummary | null;
  readonly mediaStatus: MediaStatus;
  /** Why it is no media, as the code of an error, where that is known. */
  readonly mediaReason: string | null;
  readonly origin: AssetOrigin;
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

export interface AcceptRequest {
  readonly job: Omit<JobAcceptedData, 'tasks'> & { readonly pool: string };
  readonly requestId: string;
  readonly traceparent: string | null;
  readonly origin?: RequestOrigin | undefined;
}

export interface QueuePlace {
  readonly position: number | null;
  readonly etaSeconds: number | null;
  /** Why the job is not running: `queue`, `no_worker`, `retry_scheduled`, `quota_concurrency`, `quota_suspended`. */
  readonly reason: string | null;
}

export interface WebhookInput {
  readonly events: string[];
  readonly url: string;
  readonly secret: string | null;
  readonly headers: Record<string, string>;
}

/** What is to change of a subscription; `null`: as it is. */
export interface WebhookChange {
  readonly events: string[] | null;
  readonly url: string | null;
  readonly headers: Record<string, string> | null;
  readonly enabled: boolean | null;
}

/**
 * Commands and questions between services, request and reply over NATS: name, what is asked, what is answered.
 * A refusal comes back as a code of contracts/errors.
 */
export interface Requests {
  'job.accept': { ask: AcceptRequest; answer: { jobId: string; position: number } };
  'job.cancel': { ask: { jobId: string; actor: Actor; reason: string | null }; answer: { position: number } };
  'job.retry': {
    ask: { jobId: string; newJobId: string; actor: Actor; requestId: string };
    answer: { jobId: string; position: number };
  };
  'job.duplicate': {
    ask: { jobId: string; newJobId: string; actor: Actor; requestId: string };
    answer: { jobId: string; position: number };
  };
  'job.queue-place': { ask: { jobId: string }; answer: QueuePlace };
  /** `isKnown` is false while no process leads: then nothing is known, and not that nothing waits. */
  'job.workers': {
    ask: Record<string, never>;
    answer: { workers: WorkerHeartbeat[]; pending: Record<string, number>; isKnown: boolean };
  };
  /** Opens the review of a job that is held; once, however often it is asked. */
  'review.open': {
    ask: {
      jobId: string;
      apiKeyId: string;
      operation: string;
      reason: HeldReason;
      labels: readonly ModerationLabel[];
      /** The manifest of the frames that were looked at, if there are any. */
      frames: BlobRef | null;
    };
    answer: Record<string, never>;
  };
  /** The job has ended: nothing is left to decide. */
  'review.withdraw': { ask: { jobId: string }; answer: Record<string, never> };
  'review.decide': {
    ask: { reviewId: string; decision: ReviewDecision; note: string | null; actor: Actor };
    answer: { position: number };
  };
  'asset.store': {
    ask: { fileId: string; actor: Actor; name: string; blob: BlobRef; contentType: string | null };
    answer: { file: StoredFile; position: number };
  };
  /** Takes room for a file that is about to come, in place of what it had taken before. */
  'asset.reserve': { ask: { fileId: string; apiKeyId: string; bytes: number }; answer: { isLimited: boolean } };
  /** The file did not come. */
  'asset.release': { ask: { fileId: string; apiKeyId: string }; answer: Record<string, never> };
  'asset.use': { ask: { apiKeyId: string }; answer: { usedBytes: number; limitBytes: number | null } };
  'asset.resolve': { ask: { fileId: string; actor: Actor }; answer: { file: StoredFile } };
  'asset.delete': { ask: { fileId: string; actor: Actor; reason: string }; answer: { position: number } };
  /** A small picture of a file, made when first asked for; `null`: the file gives none. */
  'asset.thumbnail': { ask: { fileId: string; actor: Actor }; answer: { thumbnail: BlobRef | null } };
  /** Makes a JPEG of what stored bytes show, and stores it; `null`: they show nothing. */
  'media.thumbnail': { ask: { blob: BlobRef }; answer: { thumbnail: BlobRef | null } };
  /** Looks at stored bytes, in the sandbox: what they are, or the error that an operation would end with. */
  'media.probe': { ask: { blob: BlobRef }; answer: { media: MediaSummary | null; reason: string | null } };
  'webhook.subscribe': {
    ask: { id: string; actor: Actor; webhook: WebhookInput };
    /** `secret` is null when the subscription was there before: it is shown once. */
    answer: { id: string; secret: string | null; createdAt: string };
  };
  'webhook.list': {
    ask: { actor: Actor; limit: number; cursor: string | null };
    answer: { data: WebhookResource[]; next: string | null };
  };
  'webhook.get': { ask: { id: string; actor: Actor }; answer: WebhookResource };
  'webhook.update': { ask: { id: string; actor: Actor; change: WebhookChange }; answer: WebhookResource };
  'webhook.delete': { ask: { id: string; actor: Actor }; answer: { deleted: true } };
  'webhook.rotate-secret': {
    ask: { id: string; actor: Actor; secret: string | null };
    answer: { secret: string; previousUntil: string };
  };
  'webhook.test': { ask: { id: string; actor: Actor }; answer: WebhookTestResult };
  'webhook.verify': {
    ask: { body: string; headers: Record<string, string>; secret: string };
    answer: WebhookVerdict;
  };
  'webhook.deliveries': {
    ask: {
      actor: Actor;
      jobId: string | null;
      url: string | null;
      status: DeliveryStatus | null;
      event: string | null;
      limit: number;
      cursor: string | null;
    };
    answer: { data: DeliveryResource[]; next: string | null };
  };
  'webhook.delivery': { ask: { id: string; actor: Actor }; answer: DeliveryDetail };
  'webhook.retry-delivery': { ask: { id: string; actor: Actor }; answer: DeliveryResource };
  'webhook.signing-secret': { ask: { actor: Actor }; answer: { secret: string } };
}

export type RequestName = keyof Requests;
export type Ask<N extends RequestName> = Requests[N]['ask'];
export type Answer<N extends RequestName> = Requests[N]['answer'];

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
