import { z } from 'zod';
import { addressRange } from '../access/address-range.ts';
import { permissions, role } from '../access/scopes.ts';
import { quota } from '../access/quota.ts';
import { defineAggregate, type EventOf } from '../kernel/aggregate.ts';
import { idOf } from '../kernel/ids.ts';

/** What is kept of the text of a key: enough to know it again and to point at it, not to use it. */
export const keySecret = z.strictObject({
  /** HMAC-SHA-256 under the server's pepper, in hex. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  prefix: z.string(),
  last4: z.string(),
});
export type KeySecret = z.infer<typeof keySecret>;

const allowedIps = z.array(addressRange).max(100);

const ofKey = { keyId: idOf('key'), by: z.string() };

/** Limits that are counted, as a warning names them. */
export const countedQuota = z.enum(['max_jobs_per_hour', 'max_jobs_per_day', 'max_storage_mb']);
export type CountedQuota = z.infer<typeof countedQuota>;

const quotaUse = {
  keyId: idOf('key'),
  quota: countedQuota,
  /** In the quota's own unit. */
  used: z.number().min(0),
  limit: z.number().min(0),
  /** The hour or day that is counted, as its start; for storage the day, which it is told once in. */
  periodStart: z.iso.datetime(),
};

export const keyAggregate = defineAggregate({
  kind: 'key',
  stream: '{keyId}',
  parts: { keyId: 'The API key.' },
  describes: 'An API key: what it may, how much it may use, the digests of its secrets.',
  events: {
    KeyCreated: {
      1: z.strictObject({
        ...ofKey,
        name: z.string(),
        role,
        permissions: permissions.nullable(),
        allowedIps,
        expiresAt: z.iso.datetime().nullable(),
        secret: keySecret,
      }),
    },
    KeyChanged: {
      1: z.strictObject({
        ...ofKey,
        name: z.string().optional(),
        role: role.optional(),
        permissions: permissions.nullable().optional(),
        allowedIps: allowedIps.optional(),
        expiresAt: z.iso.datetime().nullable().optional(),
      }),
    },
    KeyRotated: {
      1: z.strictObject({
        ...ofKey,
        secret: keySecret,
        /** Until then the secret before works too. */
        previousUntil: z.iso.datetime(),
      }),
    },
    KeySuspended: { 1: z.strictObject({ ...ofKey, reason: z.string() }) },
    KeyResumed: { 1: z.strictObject(ofKey) },
    KeyRevoked: { 1: z.strictObject(ofKey) },
    KeyQuotaSet: {
      1: z.strictObject({
        ...ofKey,
        quota,
        /** Refusals within an hour after which the key is suspended; `null`: never. */
        suspendAfter: z.int().min(1).nullable(),
      }),
    },
    /** Four fifths of a quota are used; told once a period. */
    KeyQuotaNearlyUsed: { 1: z.strictObject(quotaUse) },
    /** A request was refused for a quota; told once a period. */
    KeyQuotaExceeded: { 1: z.strictObject(quotaUse) },
  },
});
export type KeyEvent = EventOf<typeof keyAggregate>;

/** One stream holds all of a key: what it may, what it may use, its secrets' digests. */
export const keyStream = keyAggregate.streamOf;
