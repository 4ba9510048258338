import { z } from 'zod';

/** What an audited event says; its hash is taken over these fields. */
const facts = {
  id: z.string().describe('aud_…; grows along the chain.'),
  timestamp: z.iso.datetime(),
  event_type: z.string().describe('resource.what, e.g. api_key.created.'),
  actor: z.string().describe('The id of the API key, the address where none is known, or a part of the platform.'),
  resource_type: z.string().nullable(),
  resource_id: z.string().nullable(),
  action: z.string(),
  details: z.record(z.string(), z.unknown()),
  ip_address: z.string().nullable(),
  user_agent: z.string().nullable(),
};
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const auditRow = z
  .strictObject({
    ...facts,
    prev_hash: sha256.describe('Of the row before; zeros for the first.'),
    hash: sha256.describe('SHA-256 of prev_hash and the RFC 8785 JSON of the other fields.'),
  })
  .meta({ id: 'AuditRow', description: 'Who did what, when, and from where; chained to the row before.' });
export type AuditRow = z.infer<typeof auditRow>;
export type AuditFacts = Omit<AuditRow, 'prev_hash' | 'hash'>;

export const auditBreak = z.enum([
  'changed',
  'moved',
  'chain_broken',
  'missing',
  'not_in_events',
  'differs_from_events',
  'differs_from_seal',
  'sealed_rows_missing',
  'seal_missing',
  'seal_forged',
  'events_changed',
]);
export type AuditBreak = z.infer<typeof auditBreak>;

export const auditVerdict = z
  .strictObject({
    valid: z.boolean(),
    rows: z.int().describe('That are as they should be, from the first on.'),
    first_broken: z
      .strictObject({ id: z.string().nullable().describe('null: no single row.'), reason: auditBreak })
      .nullable(),
    head: z
      .strictObject({ rows: z.int(), hash: sha256, position: z.int(), sealed_at: z.iso.datetime() })
      .nullable()
      .describe('The signed end of the chain, as it was last sealed.'),
    anchors: z.int().describe('Daily seals that were compared.'),
  })
  .meta({ id: 'AuditVerdict', description: 'Whether the audit log is what the stored events say.' });
export type AuditVerdict = z.infer<typeof auditVerdict>;
