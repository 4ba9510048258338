import type { DeliveryAttempt, DeliveryEvent, ExhaustedReason } from '@ffapi/contracts';
import { evolveBy, refuse, type Decider } from '@ffapi/es';
import { nextAttemptAt } from './retry-schedule.ts';

type ScheduledData = Extract<DeliveryEvent, { type: 'DeliveryScheduled' }>['data'];

interface OfDelivery {
  readonly deliveryId: string;
  readonly now: string;
}

export type DeliveryCommand =
  | ({ readonly type: 'ScheduleDelivery'; readonly now: string } & Omit<ScheduledData, 'dueAt'>)
  | (OfDelivery & {
      readonly type: 'RecordAttempt';
      readonly outcome: DeliveryAttempt;
      readonly retryAfterMs?: number | null | undefined;
      /** From -1 to 1. */
      readonly jitter: number;
      /** `false` for what is sent once, such as progress and tests. */
      readonly isRetried?: boolean | undefined;
    })
  /** A call that was made at once and is never repeated: scheduled, tried and ended in one. */
  | ({ readonly type: 'RecordTestCall'; readonly outcome: DeliveryAttempt; readonly now: string } & Omit<
      ScheduledData,
      'dueAt'
    >)
  | (OfDelivery & { readonly type: 'GiveUpDelivery'; readonly reason: ExhaustedReason })
  | (OfDelivery & { readonly type: 'RetryDelivery'; readonly by: string });

export interface DeliveryState {
  readonly status: 'absent' | 'pending' | 'succeeded' | 'exhausted';
  /** Of all rounds; the number of the newest attempt. */
  readonly attempts: number;
  /** Attempts since it was scheduled or asked for again. */
  readonly attemptsInRound: number;
  readonly dueAt: string | null;
}

type Of<T extends DeliveryCommand['type']> = Extract<DeliveryCommand, { type: T }>;

const record = (command: Of<'RecordAttempt'>, state: DeliveryState): readonly DeliveryEvent[] => {
  const { deliveryId, outcome, jitter, retryAfterMs, now, isRetried = true } = command;
  // The result of a sender that was thought lost, or the same result again: the newer attempt counts.
  if (state.status !== 'pending' || outcome.attempt !== state.attempts + 1) return [];
  const isGone = outcome.status === 410;
  const isSuccess = outcome.status !== null && outcome.status >= 200 && outcome.status < 300;
  const mayRepeat = isRetried && !isSuccess && !isGone;
  const next = mayRepeat ? nextAttemptAt({ attempt: state.attemptsInRound + 1, now, jitter, retryAfterMs }) : null;
  const attempted: DeliveryEvent = {
    type: 'DeliveryAttempted',
    version: 1,
    data: {
      deliveryId,
      ...outcome,
      responseBodyExcerpt: outcome.responseBodyExcerpt.slice(0, 4096),
      nextAttemptAt: next,
    },
  };
  if (next !== null) return [attempted];
  const { attempt } = outcome;
  if (isSuccess) return [attempted, { type: 'DeliverySucceeded', version: 1, data: { deliveryId, attempt } }];
  return [attempted, exhausted(deliveryId, attempt, isGone ? 'gone' : 'attempts')];
};

const exhausted = (deliveryId: string, attempts: number, reason: ExhaustedReason): DeliveryEvent => ({
  type: 'DeliveryExhausted',
  version: 1,
  data: { deliveryId, attempts, reason },
});

const schedule = (command: Of<'ScheduleDelivery'>): DeliveryEvent => {
  const { type: _, now, ...data } = command;
  return { type: 'DeliveryScheduled', version: 1, data: { ...data, dueAt: now } };
};

const recordTest = (command: Of<'RecordTestCall'>): readonly DeliveryEvent[] => {
  const { type: _, outcome, ...data } = command;
  const { deliveryId, now } = data;
  const scheduled = schedule({ type: 'ScheduleDelivery', ...data });
  const attempt = { type: 'RecordAttempt', deliveryId, outcome, jitter: 0, isRetried: false, now } as const;
  return [scheduled, ...record(attempt, evolve(initialState, scheduled))];
};

const decide = (command: DeliveryCommand, state: DeliveryState): readonly DeliveryEvent[] => {
  if (command.type === 'ScheduleDelivery') return state.status === 'absent' ? [schedule(command)] : [];
  if (command.type === 'RecordTestCall') return state.status === 'absent' ? recordTest(command) : [];
  const { deliveryId } = command;
  if (state.status === 'absent') return refuse('delivery_not_found', { deliveryId });
  switch (command.type) {
    case 'RecordAttempt':
      return record(command, state);
    case 'GiveUpDelivery':
      return state.status === 'pending' ? [exhausted(deliveryId, state.attempts, command.reason)] : [];
    case 'RetryDelivery': {
      // Due at this very moment already: asking twice does not send twice.
      if (state.status === 'pending' && state.attemptsInRound === 0) return [];
      return [{ type: 'DeliveryRescheduled', version: 1, data: { deliveryId, dueAt: command.now, by: command.by } }];
    }
  }
};

const initialState: DeliveryState = { status: 'absent', attempts: 0, attemptsInRound: 0, dueAt: null };

const evolve = evolveBy<DeliveryEvent, DeliveryState>({
  DeliveryScheduled: (_, { dueAt }) => ({ status: 'pending', attempts: 0, attemptsInRound: 0, dueAt }),
  DeliveryAttempted: (state, { attempt, nextAttemptAt: dueAt }) => ({
    ...state,
    attempts: attempt,
    attemptsInRound: state.attemptsInRound + 1,
    dueAt,
  }),
  DeliverySucceeded: (state) => ({ ...state, status: 'succeeded', dueAt: null }),
  DeliveryExhausted: (state) => ({ ...state, status: 'exhausted', dueAt: null }),
  DeliveryRescheduled: (state, { dueAt }) => ({ ...state, status: 'pending', attemptsInRound: 0, dueAt }),
});

export const deliveryDecider: Decider<DeliveryCommand, DeliveryEvent, DeliveryState> = {
  initialState,
  decide,
  evolve,
};
