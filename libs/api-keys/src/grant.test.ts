import { defaultQuota, noQuota, roles, scopeNames, type KeySecret } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { beyond, grantOf, isUnbound, lowerQuota, type Giver, type Grant } from './grant.ts';
import type { ApiKey } from './key-state.ts';

const secret: KeySecret = { digest: '0'.repeat(64), prefix: 'ffapi_0', last4: '0000' };
const key: ApiKey = {
  keyId: 'key_0001',
  name: 'giver',
  role: 'developer',
  permissions: [...roles.developer, 'keys:manage'],
  allowedIps: ['192.0.2.0/24'],
  expiresAt: '2026-12-31T00:00:00.000Z',
  createdAt: '2026-11-30T00:00:00.000Z',
  createdBy: 'key_admin',
  secret,
  previous: null,
  suspended: null,
  isRevoked: false,
  quota: null,
  suspendAfter: 5,
};
const giver: Giver = { isAdmin: false, scopes: key.permissions ?? [], key };
const own: Grant = grantOf({ ...key, role: 'viewer', permissions: null });

it('is not beyond what it comes from', () => {
  expect(beyond(giver, own)).toBeNull();
  expect(beyond(giver, grantOf(key))).toBeNull();
});

it.each<[string, Partial<Grant>]>([
  ['audit:read', { permissions: ['audit:read'] }],
  ['audit:read', { role: 'admin' }],
  ['the role admin', { role: 'admin', permissions: [] }],
  ['an end after 2026-12-31T00:00:00.000Z', { expiresAt: null }],
  ['an end after 2026-12-31T00:00:00.000Z', { expiresAt: '2026-12-31T00:00:00.001Z' }],
  ['addresses that it may not be used from itself', { allowedIps: [] }],
  ['more than its own max_resolution', { quota: { ...defaultQuota, max_resolution: null } }],
  ['more than its own max_concurrent_jobs', { quota: { ...defaultQuota, max_concurrent_jobs: 6 } }],
  ['a later suspend_after than its own', { suspendAfter: 6 }],
  ['a later suspend_after than its own', { suspendAfter: null }],
])('says that %s is', (said, more) => {
  expect(beyond(giver, { ...own, ...more })).toBe(said);
});

it('bounds no admin who may everything, and every other', () => {
  const admin: Giver = { isAdmin: true, scopes: scopeNames, key };
  const wide: Grant = {
    ...own,
    role: 'admin',
    permissions: null,
    expiresAt: null,
    allowedIps: [],
    quota: noQuota,
    suspendAfter: null,
  };
  expect([isUnbound(admin), beyond(admin, wide)]).toEqual([true, null]);
  expect(beyond({ ...admin, scopes: ['keys:manage'] }, wide)).toBe('jobs:read');
  expect(beyond({ ...admin, scopes: ['keys:manage'] }, { ...wide, permissions: [] })).toMatch(/^an end after/);
});

it('takes the lower of two quotas, field by field', () => {
  const one = { ...noQuota, max_fps: 30, max_jobs_per_day: 7 };
  const other = { ...noQuota, max_fps: 60, max_storage_mb: 1 };
  expect(lowerQuota(one, other)).toEqual({ ...noQuota, max_fps: 30, max_jobs_per_day: 7, max_storage_mb: 1 });
  expect(lowerQuota(other, one)).toEqual(lowerQuota(one, other));
});
