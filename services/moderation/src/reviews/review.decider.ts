import type { ReviewDecision, ReviewEvent } from '@ffapi/contracts';
import { evolveBy, refuse, type Decider } from '@ffapi/es';

type Opened = Extract<ReviewEvent, { type: 'ReviewOpened' }>['data'];

export type ReviewCommand =
  | { readonly type: 'OpenReview'; readonly review: Opened }
  | {
      readonly type: 'DecideReview';
      readonly decision: ReviewDecision;
      readonly note: string | null;
      readonly by: string;
    }
  | { readonly type: 'WithdrawReview'; readonly reason: string };

export interface ReviewState {
  readonly opened: Opened | null;
  readonly decided: { readonly decision: ReviewDecision; readonly by: string } | null;
  readonly isWithdrawn: boolean;
}

const decideOpen = (
  { decision, note, by }: Extract<ReviewCommand, { type: 'DecideReview' }>,
  { reviewId, jobId }: Opened,
  { decided, isWithdrawn }: ReviewState,
): readonly ReviewEvent[] => {
  if (isWithdrawn) return refuse('review_withdrawn');
  if (decided?.decision === decision) return [];
  if (decided) return refuse('review_already_decided', { decision: decided.decision, decided_by: decided.by });
  return [{ type: 'ReviewDecided', version: 1, data: { reviewId, jobId, decision, by, note } }];
};

const decide = (command: ReviewCommand, state: ReviewState): readonly ReviewEvent[] => {
  const { opened, decided, isWithdrawn } = state;
  if (command.type === 'OpenReview') return opened ? [] : [{ type: 'ReviewOpened', version: 1, data: command.review }];
  if (!opened) return refuse('review_not_found');
  if (command.type === 'DecideReview') return decideOpen(command, opened, state);
  if (decided || isWithdrawn) return [];
  const { reviewId, jobId } = opened;
  return [{ type: 'ReviewWithdrawn', version: 1, data: { reviewId, jobId, reason: command.reason } }];
};

const evolve = evolveBy<ReviewEvent, ReviewState>({
  ReviewOpened: (state, opened) => ({ ...state, opened }),
  ReviewDecided: (state, { decision, by }) => ({ ...state, decided: { decision, by } }),
  ReviewWithdrawn: (state) => ({ ...state, isWithdrawn: true }),
});

/** A held job before people: the first decision counts, the same again is no news. */
export const reviewDecider: Decider<ReviewCommand, ReviewEvent, ReviewState> = {
  initialState: { opened: null, decided: null, isWithdrawn: false },
  decide,
  evolve,
};
