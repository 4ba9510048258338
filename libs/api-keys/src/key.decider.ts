import type { KeyEvent, KeySecret, Quota, Role, Scope } from '@ffapi/contracts';
import { refuse, type Decider } from '@ffapi/es';
import { evolveKey, type ApiKey } from './key-state.ts';

/** What can be asked of a key; times come from outside. */
export type KeyCommand =
  | {
      readonly type: 'CreateKey';
      readonly name: string;
      readonly role: Role;
      readonly permissions: readonly Scope[] | null;
      readonly allowedIps: readonly string[];
      readonly expiresAt: string | null;
      readonly secret: KeySecret;
      /** Instead of what the role has. */
      readonly limits?: { readonly quota: Quota; readonly suspendAfter: number | null } | undefined;
    }
  | ({ readonly type: 'ChangeKey' } & Partial<
      Pick<ApiKey, 'name' | 'role' | 'permissions' | 'allowedIps' | 'expiresAt'>
    >)
  | { readonly type: 'RotateKey'; readonly secret: KeySecret; readonly previousUntil: string }
  | { readonly type: 'SuspendKey'; readonly reason: string }
  | { readonly type: 'ResumeKey' }
  | { readonly type: 'RevokeKey' }
  | { readonly type: 'SetQuota'; readonly quota: Quota; readonly suspendAfter: number | null }
  | { readonly type: 'TellQuota'; readonly event: Extract<KeyEvent, { type: `KeyQuota${'NearlyUsed' | 'Exceeded'}` }> };

/** A command and who gives it, to which key. */
export type KeyOrder = KeyCommand & { readonly keyId: string; readonly by: string };

/** The key and what was told of its quotas in the period that runs, so that nothing is told twice. */
export interface KeyState {
  readonly key: ApiKey | null;
  readonly told: Readonly<Record<string, string | null>>;
}

const toldAs = ({ type, data }: Extract<KeyEvent, { type: `KeyQuota${'NearlyUsed' | 'Exceeded'}` }>): string =>
  `${type}.${data.quota}`;

const isToldAlready = ({ told }: KeyState, event: Parameters<typeof toldAs>[0]): boolean =>
  Object.hasOwn(told, toldAs(event)) && told[toldAs(event)] === event.data.periodStart;

const change = (key: ApiKey, order: Extract<KeyOrder, { type: 'ChangeKey' }>): readonly KeyEvent[] => {
  const { type: _, keyId, by, ...wanted } = order;
  const changes = Object.entries(wanted).filter(
    ([name, value]) => JSON.stringify(key[name as keyof typeof wanted]) !== JSON.stringify(value),
  );
  if (changes.length === 0) return [];
  return [{ type: 'KeyChanged', version: 1, data: { keyId, by, ...Object.fromEntries(changes) } }];
};

const decideKnown = (
  order: Exclude<KeyOrder, { type: 'CreateKey' }>,
  key: ApiKey,
  state: KeyState,
): readonly KeyEvent[] => {
  const { keyId, by } = order;
  switch (order.type) {
    case 'ChangeKey':
      return change(key, order);
    case 'RotateKey':
      return [
        {
          type: 'KeyRotated',
          version: 1,
          data: { keyId, by, secret: order.secret, previousUntil: order.previousUntil },
        },
      ];
    case 'SuspendKey':
      return key.suspended ? [] : [{ type: 'KeySuspended', version: 1, data: { keyId, by, reason: order.reason } }];
    case 'ResumeKey':
      return key.suspended ? [{ type: 'KeyResumed', version: 1, data: { keyId, by } }] : [];
    case 'RevokeKey':
      return [{ type: 'KeyRevoked', version: 1, data: { keyId, by } }];
    case 'SetQuota': {
      const { quota, suspendAfter } = order;
      const isSame = JSON.stringify([key.quota, key.suspendAfter]) === JSON.stringify([quota, suspendAfter]);
      return isSame ? [] : [{ type: 'KeyQuotaSet', version: 1, data: { keyId, by, quota, suspendAfter } }];
    }
    case 'TellQuota':
      return isToldAlready(state, order.event) ? [] : [order.event];
  }
};

const decide = (order: KeyOrder, state: KeyState): readonly KeyEvent[] => {
  if (order.type !== 'CreateKey') {
    if (!state.key || state.key.isRevoked) return refuse('key_not_found');
    return decideKnown(order, state.key, state);
  }
  if (state.key) return [];
  const { type: _, permissions, allowedIps, limits, ...rest } = order;
  const { keyId, by } = order;
  const data = { ...rest, permissions: permissions && [...permissions], allowedIps: [...allowedIps] };
  return [
    { type: 'KeyCreated', version: 1, data },
    ...(limits ? [{ type: 'KeyQuotaSet', version: 1, data: { keyId, by, ...limits } } as const] : []),
  ];
};

/** What happened to a key holds; a revoked key is gone for good. */
export const keyDecider: Decider<KeyOrder, KeyEvent, KeyState> = {
  initialState: { key: null, told: {} },
  decide,
  evolve: ({ key, told }, event) => ({
    key: evolveKey(key, event, ''),
    told:
      event.type === 'KeyQuotaNearlyUsed' || event.type === 'KeyQuotaExceeded'
        ? { ...told, [toldAs(event)]: event.data.periodStart }
        : told,
  }),
};
