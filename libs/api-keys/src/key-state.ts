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

const created = (data: Extract<KeyEvent, { type: 'KeyCreated' }>['data'], at: string): ApiKey => {
  const { by, ...rest } = data;
  return {
    ...rest,
    createdBy: by,
    createdAt: at,
    previous: null,
    suspended: null,
    isRevoked: false,
    quota: null,
    suspendAfter: null,
  };
};

/** The key after one more of its events; `at` is when that was. */
export const evolveKey = (key: ApiKey | null, { type, data }: KeyEvent, at: string): ApiKey | null => {
  if (type === 'KeyCreated') return created(data, at);
  if (key === null) return null;
  switch (type) {
    case 'KeyChanged': {
      const { keyId: _, by: __, ...changes } = data;
      return { ...key, ...changes };
    }
    case 'KeyRotated':
      return { ...key, secret: data.secret, previous: { secret: key.secret, until: data.previousUntil } };
    case 'KeySuspended':
      return { ...key, suspended: { reason: data.reason, at, by: data.by } };
    case 'KeyResumed':
      return { ...key, suspended: null };
    case 'KeyRevoked':
      return { ...key, isRevoked: true };
    case 'KeyQuotaSet':
      return { ...key, quota: data.quota, suspendAfter: data.suspendAfter };
    case 'KeyQuotaNearlyUsed':
    case 'KeyQuotaExceeded':
      return key;
  }
};

/** What a key may. */
export const scopesOf = ({ role, permissions }: Pick<ApiKey, 'role' | 'permissions'>): readonly Scope[] =>
  permissions ?? roles[role];

/** How much a key may use: what was set, or what its role has. */
export const quotaOf = ({ quota, role }: Pick<ApiKey, 'quota' | 'role'>): Quota =>
  quota ?? (role === 'admin' ? noQuota : defaultQuota);
