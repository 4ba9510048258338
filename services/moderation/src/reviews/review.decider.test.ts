import type { ReviewEvent } from '@ffapi/contracts';
import { given } from '@ffapi/es-testing';
import { describe, it } from 'vitest';
import { reviewDecider } from './review.decider.ts';

const ref = { reviewId: 'rev_0000', jobId: 'job_0000' };
const review = {
  ...ref,
  apiKeyId: 'key_a',
  operation: 'transcode',
  reason: 'moderation_review' as const,
  labels: [],
  frames: null,
};
const opened: ReviewEvent = { type: 'ReviewOpened', version: 1, data: review };
const decided = (decision: 'approve' | 'reject'): ReviewEvent => ({
  type: 'ReviewDecided',
  version: 1,
  data: { ...ref, decision, by: 'key_admin', note: null },
});
const withdrawn: ReviewEvent = { type: 'ReviewWithdrawn', version: 1, data: { ...ref, reason: 'job_ended' } };
const decide = (decision: 'approve' | 'reject') =>
  ({ type: 'DecideReview', decision, note: null, by: 'key_admin' }) as const;
const withdraw = { type: 'WithdrawReview', reason: 'job_ended' } as const;

describe('a review', () => {
  it('is opened once', () => {
    given(reviewDecider, []).when({ type: 'OpenReview', review }).then([opened]);
    given(reviewDecider, [opened]).when({ type: 'OpenReview', review }).then([]);
  });

  it('is decided once; the same again is no news, the other is refused', () => {
    given(reviewDecider, [opened])
      .when(decide('approve'))
      .then([decided('approve')]);
    given(reviewDecider, [opened])
      .when(decide('reject'))
      .then([decided('reject')]);
    given(reviewDecider, [opened, decided('reject')])
      .when(decide('reject'))
      .then([]);
    given(reviewDecider, [opened, decided('reject')])
      .when(decide('approve'))
      .thenRefused('review_already_decided');
  });

  it('is withdrawn while nobody has decided, and decided by nobody then', () => {
    given(reviewDecider, [opened]).when(withdraw).then([withdrawn]);
    given(reviewDecider, [opened, withdrawn]).when(withdraw).then([]);
    given(reviewDecider, [opened, decided('approve')])
      .when(withdraw)
      .then([]);
    given(reviewDecider, [opened, withdrawn]).when(decide('approve')).thenRefused('review_withdrawn');
  });

  it('is not there before it was opened', () => {
    given(reviewDecider, []).when(decide('approve')).thenRefused('review_not_found');
    given(reviewDecider, []).when(withdraw).thenRefused('review_not_found');
  });
});
