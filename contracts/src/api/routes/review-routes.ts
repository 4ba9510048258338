import { z } from 'zod';
import { pathParam } from '../path-param.ts';
import { pageOf } from '../resources.ts';
import { reviewInput, reviewResource, reviewStatus } from '../review-resources.ts';
import { defineRoute, type Route } from '../route.ts';
import { paging } from './query.ts';

const id = pathParam.review;

export const reviewRoutes = {
  list: defineRoute({
    id: 'list_reviews',
    method: 'GET',
    path: '/admin/reviews',
    tag: 'access',
    summary: 'Jobs that moderation has held, newest first.',
    access: 'reviews:decide',
    query: z.strictObject({ status: reviewStatus.optional().describe('Absent: all.'), ...paging }),
    success: 200,
    response: pageOf(reviewResource),
    errors: ['invalid_request'],
  }),
  decide: defineRoute({
    id: 'decide_review',
    method: 'POST',
    path: '/admin/reviews/{id}',
    tag: 'access',
    summary: 'Lets a held job go on, or fails it with `content_blocked`; the first decision counts.',
    access: 'reviews:decide',
    params: { id },
    body: reviewInput,
    success: 200,
    response: reviewResource,
    errors: ['invalid_request', 'review_not_found', 'review_already_decided', 'review_withdrawn'],
  }),
  frame: defineRoute({
    id: 'review_frame',
    method: 'GET',
    path: '/admin/reviews/{id}/frames/{frame}',
    tag: 'access',
    summary: 'A picture that was looked at; kept for LOG_RETENTION_DAYS after the decision.',
    access: 'reviews:decide',
    params: { id, frame: pathParam.frame },
    success: 200,
    answers: 'stream',
    contentTypes: ['image/jpeg'],
    errors: ['invalid_request', 'review_not_found', 'file_not_found'],
  }),
} satisfies Record<string, Route>;
