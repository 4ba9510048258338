import { quota, roles, type Quota, type Role, type Scope } from '@ffapi/contracts';
import { areWithin } from './address-ranges.ts';
import { quotaOf, scopesOf, type ApiKey } from './key-state.ts';

/** All that a key may do and use. */
export interface Grant extends Pick<ApiKey, 'permissions' | 'allowedIps' | 'expiresAt' | 'suspendAfter'> {
  readonly role: Role;
  readonly quota: Quota;
}

/** Who hands something on: what they may themselves, and the key that bounds them, if one does. */
export interface Giver {
  readonly isAdmin: boolean;
  readonly scopes: readonly Scope[];
  readonly key: ApiKey | null;
}

export const grantOf = (key: ApiKey): Grant => ({ ...key, quota: quotaOf(key) });

const isAbove = (wanted: number | null, own: number | null): boolean =>
  own !== null && (wanted === null || wanted > own);

const quotaNames = Object.keys(quota.shape) as (keyof Quota)[];

/** What each of two quotas allows. */
export const lowerQuota = (one: Quota, other: Quota): Quota =>
  Object.fromEntries(
    quotaNames.map((name) => [name, isAbove(one[name], other[name]) ? other[name] : one[name]]),
  ) as Quota;

/** Whom nothing bounds: an admin who may everything. */
export const isUnbound = ({ isAdmin, scopes, key }: Giver): boolean =>
  key === null || (isAdmin && roles.admin.every((scope) => scopes.includes(scope)));

const beyondBounds = (key: ApiKey, wanted: Grant): string | null => {
  const own = grantOf(key);
  if (own.expiresAt !== null && (wanted.expiresAt === null || wanted.expiresAt > own.expiresAt))
    return `an end after ${own.expiresAt}`;
  if (!areWithin(own.allowedIps, wanted.allowedIps)) return 'addresses that it may not be used from itself';
  const name = quotaNames.find((each) => isAbove(wanted.quota[each], own.quota[each]));
  if (name !== undefined) return `more than its own ${name}`;
  return isAbove(wanted.suspendAfter, own.suspendAfter) ? 'a later suspend_after than its own' : null;
};

/** What of a grant is more than the giver has, in words; `null`: nothing. */
export const beyond = (giver: Giver, wanted: Grant): string | null => {
  const scope = scopesOf(wanted).find((each) => !giver.scopes.includes(each));
  if (scope !== undefined) return scope;
  if (wanted.role === 'admin' && !giver.isAdmin) return 'the role admin';
  return giver.key === null || isUnbound(giver) ? null : beyondBounds(giver.key, wanted);
};
