import type { EndpointEvent, WebhookTarget } from '@ffapi/contracts';
import { evolveBy, refuse, type Decider } from '@ffapi/es';

interface OfEndpoint {
  readonly webhookId: string;
  readonly by: string;
  readonly now: string;
}

export type EndpointCommand =
  | (OfEndpoint & {
      readonly type: 'SubscribeEndpoint';
      readonly apiKeyId: string;
      readonly events: readonly string[];
      readonly target: WebhookTarget;
      readonly signingSecret: string;
    })
  | (OfEndpoint & {
      readonly type: 'UpdateEndpoint';
      readonly events?: readonly string[] | undefined;
      readonly target?: WebhookTarget | undefined;
    })
  | (OfEndpoint & { readonly type: 'RotateEndpointSecret'; readonly signingSecret: string })
  | (OfEndpoint & { readonly type: 'DisableEndpoint'; readonly reason: 'user' | 'gone' | 'failing' })
  | (OfEndpoint & { readonly type: 'EnableEndpoint' })
  /** Of a repeat that failed, or of any call that succeeded. */
  | (OfEndpoint & { readonly type: 'RecordOutcome'; readonly isSuccess: boolean })
  | (OfEndpoint & { readonly type: 'DeleteEndpoint' });

export interface SigningSecret {
  readonly ref: string;
  /** `null`: the current one. */
  readonly until: string | null;
}

export interface EndpointState {
  readonly status: 'absent' | 'enabled' | 'disabled' | 'deleted';
  readonly apiKeyId: string;
  readonly events: readonly string[];
  readonly target: WebhookTarget;
  /** The current one first. */
  readonly signingSecrets: readonly SigningSecret[];
  readonly disabledReason: 'user' | 'gone' | 'failing' | null;
  /** `null`: the newest outcome that counts was a success. */
  readonly failingSince: string | null;
}

/** An endpoint that has failed for this long without one success is disabled. */
export const failingMsMax = 5 * 24 * 3_600_000;

/** After a rotation calls are signed with both secrets for this long, so that receivers can change at leisure. */
export const rotationOverlapMs = 24 * 3_600_000;

type Of<T extends EndpointCommand['type']> = Extract<EndpointCommand, { type: T }>;

const update = ({ webhookId, events, target, by }: Of<'UpdateEndpoint'>, state: EndpointState): EndpointEvent[] => {
  const changed = {
    ...(events && !isSame(events, state.events) && { events: [...events] }),
    ...(target && !isSame(target, state.target) && { target }),
  };
  if (Object.keys(changed).length === 0) return [];
  return [{ type: 'EndpointUpdated', version: 1, data: { webhookId, ...changed, by } }];
};

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const rotate = (
  { webhookId, signingSecret, by, now }: Of<'RotateEndpointSecret'>,
  state: EndpointState,
): EndpointEvent[] => {
  if (state.signingSecrets[0]?.ref === signingSecret) return [];
  const previousUntil = new Date(Date.parse(now) + rotationOverlapMs).toISOString();
  return [{ type: 'EndpointSecretRotated', version: 1, data: { webhookId, signingSecret, previousUntil, by } }];
};

const noteOutcome = (
  { webhookId, isSuccess, by, now }: Of<'RecordOutcome'>,
  { status, failingSince }: EndpointState,
): EndpointEvent[] => {
  if (isSuccess) return failingSince === null ? [] : [{ type: 'EndpointRecovered', version: 1, data: { webhookId } }];
  if (failingSince === null) return [{ type: 'EndpointFailing', version: 1, data: { webhookId, since: now } }];
  if (status === 'disabled' || !hasFailedTooLong(failingSince, now)) return [];
  return [{ type: 'EndpointDisabled', version: 1, data: { webhookId, reason: 'failing', by } }];
};

/** Whether a streak of failures is so long that the endpoint is to be disabled. */
export const hasFailedTooLong = (failingSince: string, now: string): boolean =>
  Date.parse(now) - Date.parse(failingSince) >= failingMsMax;

const decide = (command: EndpointCommand, state: EndpointState): readonly EndpointEvent[] => {
  const { webhookId, by } = command;
  if (command.type === 'SubscribeEndpoint') {
    if (state.status !== 'absent') return [];
    const { apiKeyId, events, target, signingSecret } = command;
    const data = { webhookId, apiKeyId, events: [...events], target, signingSecret };
    return [{ type: 'EndpointSubscribed', version: 1, data }];
  }
  if (command.type === 'DeleteEndpoint' && state.status === 'deleted') return [];
  if (state.status === 'absent' || state.status === 'deleted') return refuse('webhook_not_found', { webhookId });
  switch (command.type) {
    case 'UpdateEndpoint':
      return update(command, state);
    case 'RotateEndpointSecret':
      return rotate(command, state);
    case 'DisableEndpoint':
      if (state.status === 'disabled') return [];
      return [{ type: 'EndpointDisabled', version: 1, data: { webhookId, reason: command.reason, by } }];
    case 'EnableEndpoint':
      if (state.status === 'enabled' && state.failingSince === null) return [];
      return [{ type: 'EndpointEnabled', version: 1, data: { webhookId, by } }];
    case 'RecordOutcome':
      return noteOutcome(command, state);
    case 'DeleteEndpoint':
      return [{ type: 'EndpointDeleted', version: 1, data: { webhookId, by } }];
  }
};

const initialState: EndpointState = {
  status: 'absent',
  apiKeyId: '',
  events: [],
  target: { url: '', urlSecret: null, headersSecret: null },
  signingSecrets: [],
  disabledReason: null,
  failingSince: null,
};

const evolve = evolveBy<EndpointEvent, EndpointState>({
  EndpointSubscribed: (_, { apiKeyId, events, target, signingSecret }) => {
    const signingSecrets = [{ ref: signingSecret, until: null }];
    return { ...initialState, status: 'enabled', apiKeyId, events, target, signingSecrets };
  },
  EndpointUpdated: (state, { events = state.events, target = state.target }) => ({ ...state, events, target }),
  EndpointSecretRotated: (state, { signingSecret, previousUntil }) => {
    const previous = state.signingSecrets.slice(0, 1).map(({ ref }) => ({ ref, until: previousUntil }));
    return { ...state, signingSecrets: [{ ref: signingSecret, until: null }, ...previous] };
  },
  EndpointDisabled: (state, { reason }) => ({ ...state, status: 'disabled', disabledReason: reason }),
  EndpointEnabled: (state) => ({ ...state, status: 'enabled', disabledReason: null, failingSince: null }),
  EndpointFailing: (state, { since }) => ({ ...state, failingSince: since }),
  EndpointRecovered: (state) => ({ ...state, failingSince: null }),
  EndpointDeleted: (state) => ({ ...state, status: 'deleted' }),
});

export const endpointDecider: Decider<EndpointCommand, EndpointEvent, EndpointState> = {
  initialState,
  decide,
  evolve,
};

/** References of the secrets that sign at this moment, the current one first. */
export const secretsInForce = ({ signingSecrets }: Pick<EndpointState, 'signingSecrets'>, now: string): string[] =>
  signingSecrets.filter(({ until }) => until === null || Date.parse(until) > Date.parse(now)).map(({ ref }) => ref);
