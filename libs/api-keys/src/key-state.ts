import {
  defaultQuota,
  noQuota,
  roles,
  type KeyEvent,
  type KeySecret,
  type Quota,
  type Role,
  type Scope,
} from '@ffapi/contracts';
import { evolveBy, ifThere } from '@ffapi/es';

/** An API key as its events leave it. */
export interface ApiKey {
  readonly keyId: string;
  readonly name: string;
  readonly role: Role;
  /** Instead of the role's; `null`: the role's. */
  readonly permissions: readonly Scope[] | null;
  readonly allowedIps: readonly string[];
  readonly expiresAt: string | null;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly secret: KeySecret;
  /** The secret before the last rotation, as long as it works. */
  readonly previous: { readonly secret: KeySecret; readonly until: string } | null;
  readonly suspended: { readonly reason: string; readonly at: string; readonly by: string } | null;
  readonly isRevoked: boolean;
  /** `null`: what its role has. */
  readonly quota: Quota | null;
  readonly suspendAfter: number | null;
}

/** The key after one more of its events; `at` is when that was. */
export const evolveKey = evolveBy<KeyEvent, ApiKey | null, [at: string]>({
  KeyCreated: (_, { by, ...data }, at) => ({
    ...data,
    createdBy: by,
    createdAt: at,
    previous: null,
    suspended: null,
    isRevoked: false,
    quota: null,
    suspendAfter: null,
  }),
  KeyChanged: ifThere((key, data) => {
    const { keyId: _, by: __, ...changes } = data;
    return { ...key, ...changes };
  }),
  KeyRotated: ifThere((key, { secret, previousUntil }) => {
    return { ...key, secret, previous: { secret: key.secret, until: previousUntil } };
  }),
  KeySuspended: ifThere((key, { reason, by }, at) => ({ ...key, suspended: { reason, at, by } })),
  KeyResumed: ifThere((key) => ({ ...key, suspended: null })),
  KeyRevoked: ifThere((key) => ({ ...key, isRevoked: true })),
  KeyQuotaSet: ifThere((key, { quota, suspendAfter }) => ({ ...key, quota, suspendAfter })),
  KeyQuotaNearlyUsed: (key) => key,
  KeyQuotaExceeded: (key) => key,
});

/** What a key may. */
export const scopesOf = ({ role, permissions }: Pick<ApiKey, 'role' | 'permissions'>): readonly Scope[] =>
  permissions ?? roles[role];

/** How much a key may use: what was set, or what its role has. */
export const quotaOf = ({ quota, role }: Pick<ApiKey, 'quota' | 'role'>): Quota =>
  quota ?? (role === 'admin' ? noQuota : defaultQuota);
