import { readBlob } from '@ffapi/blob';
import { reviewStream, type BlobRef, type ReviewEvent, type ReviewResource, type reviewRoutes } from '@ffapi/contracts';
import { projectedEvents } from '@ffapi/es';
import type { Collection, FindQuery } from '@ffapi/read-model';
import type { ServiceContext } from '@ffapi/service-kit';
import { userFileHeaders } from '../files/index.ts';
import { reviews, type ReviewDocument } from './reviews.projection.ts';
import { actorOf } from '../identity/index.ts';
import {
  pageBody,
  forbidden,
  RequestRefused,
  type AnswerFor,
  type CallOf,
  type HandlersOf,
  type Slice,
} from '../requests/index.ts';

export interface ReviewReads {
  readonly reviews: Collection<ReviewDocument>;
  /** Resolves when reviews hold a commit. */
  reviewsHold(position: number): Promise<void>;
}

export interface ReviewPorts {
  readonly context: ServiceContext;
  readonly reads: ReviewReads;
}

const pageDefault = 50;

const resourceOf = (review: ReviewDocument): ReviewResource => ({
  id: review.reviewId,
  status: review.status,
  job_id: review.jobId,
  operation: review.operation,
  api_key_id: review.apiKeyId,
  reason: review.reason,
  labels: review.labels.map(({ name, confidence, frames }) => ({ name, confidence, frames: [...frames] })),
  frames: review.frames.map(({ input, timeMs }, n) => ({
    url: `/admin/reviews/${review.reviewId}/frames/${n}`,
    input,
    time_seconds: timeMs / 1000,
  })),
  opened_at: review.openedAt,
  decided_at: review.decidedAt,
  decided_by: review.decidedBy,
  note: review.note,
});

/** The review as its own events tell: a list may lag behind. */
const reviewOf = async ({ store }: ServiceContext, reviewId: string): Promise<ReviewDocument> => {
  const isId = /^rev_[0-9a-z]{4,64}$/.test(reviewId);
  const { commits } = isId ? await store.load<ReviewEvent>(reviewStream(reviewId)) : { commits: [] };
  const review = commits
    .flatMap(projectedEvents<ReviewEvent>)
    .reduce<ReviewDocument | null>((before, event) => reviews.evolve(before, event, reviewId), null);
  if (!review) throw new RequestRefused('review_not_found');
  return review;
};

const list = async ({ reads }: ReviewPorts, { query }: CallOf<'list_reviews'>): Promise<AnswerFor<'list_reviews'>> => {
  const { status, cursor, limit = pageDefault } = query;
  const asked: FindQuery = {
    where: status === undefined ? {} : { status },
    sort: 'openedAt',
    descending: true,
    after: cursor,
    limit,
  };
  const { documents, next } = await reads.reviews.find(asked);
  const data = documents.map(({ document }) => resourceOf(document));
  return { body: pageBody(data, next) };
};

const decide = async (
  { context, reads }: ReviewPorts,
  call: CallOf<'decide_review'>,
): Promise<AnswerFor<'decide_review'>> => {
  const { decision, note = null } = call.body;
  const reviewId = call.params.id;
  const { apiKeyId } = await reviewOf(context, reviewId);
  if (!call.caller.isAdmin && apiKeyId === call.caller.keyId)
    throw forbidden('Nobody decides about a job of their own: have another do it.');
  const { position } = await context.request('review.decide', {
    reviewId,
    decision,
    note,
    actor: actorOf(call.caller),
  });
  await reads.reviewsHold(position);
  return { body: resourceOf(await reviewOf(context, reviewId)) };
};

interface ListedFrame extends BlobRef {
  readonly contentType: string;
}

const frame = async ({ context }: ReviewPorts, call: CallOf<'review_frame'>): Promise<AnswerFor<'review_frame'>> => {
  const { manifest } = await reviewOf(context, call.params.id);
  const frames = manifest && (JSON.parse((await readBlob(context.blobs, manifest)).toString('utf8')) as ListedFrame[]);
  const found = frames?.[Number(call.params.frame)];
  if (!found) throw new RequestRefused('file_not_found', { detail: 'The review has no such frame.' });
  const { sizeBytes, contentType } = found;
  return {
    headers: {
      ...userFileHeaders(contentType, `frame_${call.params.frame}.jpg`),
      'content-length': String(sizeBytes),
      'cache-control': 'no-store',
    },
    body: await context.blobs.get(found),
  };
};

/** Reviews of held jobs over REST: what was seen, what people decide. */
export const openReviews = (ports: ReviewPorts): Slice<HandlersOf<typeof reviewRoutes>> => ({
  handlers: {
    list_reviews: (call) => list(ports, call),
    decide_review: (call) => decide(ports, call),
    review_frame: (call) => frame(ports, call),
  },
});
