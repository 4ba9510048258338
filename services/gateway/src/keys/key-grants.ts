import {
  beyond,
  grantOf,
  isUnbound,
  lowerQuota,
  quotaOf,
  type ApiKey,
  type Giver,
  type Grant,
  type KeyRing,
} from '@ffapi/api-keys';
import type { Role } from '@ffapi/contracts';
import { forbidden, RequestRefused, type Call, type CallWithId } from '../requests/index.ts';

export const knownKey = (ring: KeyRing, keyId: string): ApiKey => {
  const key = ring.get(keyId);
  if (!key || key.isRevoked) throw new RequestRefused('key_not_found');
  return key;
};

const giverOf = ({ caller }: Call, ring: KeyRing): Giver => ({ ...caller, key: ring.get(caller.keyId) });

/** Nobody hands out what they do not have, nor changes who has more. */
export const refuseBeyond = (call: Call, ring: KeyRing, grant: Grant): void => {
  const more = beyond(giverOf(call, ring), grant);
  if (more !== null) throw forbidden(`A key cannot give more than it has: ${more}.`);
};

/** Whether a key is the caller's to manage: itself, what was made by it, and for an admin every one. */
export const isOwn = ({ caller }: Call, ring: KeyRing, keyId: string): boolean =>
  caller.isAdmin || keyId === caller.keyId || ring.descends(keyId, caller.keyId);

/** A key that the caller may look at; others are not there. */
export const seenKey = (call: CallWithId, ring: KeyRing): ApiKey => {
  const key = knownKey(ring, call.params.id);
  if (!isOwn(call, ring, key.keyId)) throw new RequestRefused('key_not_found');
  return key;
};

/** The bounds of a new key for which no others are given: never wider than those of its maker. */
export const boundsFor = (call: Call, ring: KeyRing, role: Role) => {
  const giver = giverOf(call, ring);
  const roleHas = quotaOf({ role, quota: null });
  if (giver.key === null || isUnbound(giver))
    return { expiresAt: null, allowedIps: [], quota: roleHas, suspendAfter: null };
  const { expiresAt, allowedIps, quota, suspendAfter } = grantOf(giver.key);
  return { expiresAt, allowedIps, quota: lowerQuota(roleHas, quota), suspendAfter };
};
