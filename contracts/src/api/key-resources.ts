import { z } from 'zod';
import { addressRange } from '../access/address-range.ts';
import { permissions, role, scopeNames } from '../access/scopes.ts';
import { quota } from '../access/quota.ts';
import { oneLine } from '../kernel/plain-text.ts';

const time = z.iso.datetime();

const keyName = z.string().min(1).max(100).regex(oneLine, 'no control characters').describe('For people.');
const expiry = z.iso
  .datetime({ offset: true })
  .transform((at) => new Date(at).toISOString())
  .describe('From then on the key is refused.');
const ranges = z.array(addressRange).max(100).describe('Addresses and CIDR ranges it may be used from; none: any.');
const own = permissions.describe('Instead of those of the role.');

/** What a new key is made from. */
export const keyInput = z.strictObject({
  name: keyName,
  role: role.default('developer').describe('What it may.'),
  permissions: own.optional(),
  expires_at: expiry.optional(),
  allowed_ips: ranges.optional(),
});

/** What may be changed of a key; a field that is absent stays as it is. */
export const keyChange = z.strictObject({
  name: keyName.optional(),
  role: role.optional(),
  permissions: own.nullable().optional(),
  expires_at: expiry.nullable().optional(),
  allowed_ips: ranges.optional(),
});

export const keyResource = z
  .strictObject({
    id: z.string().describe('key_…; the tenant: jobs and files belong to it.'),
    name: z.string(),
    role,
    permissions: permissions.nullable().describe('null: those of the role.'),
    scopes: z.array(z.enum(scopeNames)).describe('What it may, all in all.'),
    prefix: z.string().describe('How its text begins.'),
    last4: z.string().describe('How its text ends.'),
    allowed_ips: z.array(z.string()),
    expires_at: time.nullable(),
    previous_valid_until: time.nullable().describe('Until then the secret before the last rotation works too.'),
    suspended: z.strictObject({ reason: z.string(), at: time }).nullable(),
    created_at: time,
    created_by: z.string(),
    last_used_at: time.nullable().describe('To the minute.'),
  })
  .meta({ id: 'ApiKey', description: 'An API key, without its secret.' });
export type KeyResource = z.infer<typeof keyResource>;

const shownOnce = z.string().nullable().describe('Shown this once: null in the answer to a repeat.');

export const keyCreated = keyResource
  .extend({ api_key: shownOnce })
  .meta({ id: 'ApiKeyCreated', description: 'A new API key with its secret.' });

export const keyRotated = z
  .strictObject({ id: z.string(), api_key: shownOnce, prefix: z.string(), previous_valid_until: time })
  .meta({ id: 'ApiKeyRotated', description: 'A secret that has taken the place of another.' });

export const quotaResource = quota
  .extend({
    suspend_after: z
      .int()
      .min(1)
      .nullable()
      .describe('Refusals for a quota within an hour after which the key is suspended; null: never.'),
  })
  .meta({ id: 'Quota', description: 'How much a key may use; null: as much as there is.' });
export const usageRow = z.strictObject({
  period_start: time,
  jobs_count: z.int().describe('Jobs submitted.'),
  storage_used_mb: z.number().describe('MiB of stored files when the period ended.'),
});
export type QuotaResource = z.infer<typeof quotaResource>;
