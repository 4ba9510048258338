import { z } from 'zod';
import { auditRow, auditVerdict } from '../audit-resources.ts';
import { pageOf } from '../resources.ts';
import { defineRoute, type Route } from '../route.ts';
import { paging, time } from './query.ts';

export const auditRoutes = {
  list: defineRoute({
    id: 'list_audit_log',
    method: 'GET',
    path: '/admin/audit-log',
    tag: 'access',
    summary: 'Who did what, when, and from where, newest first; with format, all that match as a file.',
    access: 'audit:read',
    query: z.strictObject({
      ...paging,
      start: time.optional().describe('At or after this.'),
      end: time.optional().describe('Before this; a day is included.'),
      created_after: time.optional().describe('Same as start.'),
      created_before: time.optional().describe('Before this, a day not included.'),
      actor: z.string().max(200).optional().describe('The id of an API key, or an address.'),
      event_type: z.string().max(1000).optional().describe('Comma list, e.g. auth.failed,api_key.created.'),
      resource_id: z.string().max(200).optional(),
      format: z.enum(['json', 'csv']).optional().describe('All rows that match, oldest first, as a download.'),
    }),
    success: 200,
    response: pageOf(auditRow).or(z.array(auditRow)),
    contentTypes: ['application/json', 'text/csv'],
  }),
  verify: defineRoute({
    id: 'verify_audit_log',
    method: 'POST',
    path: '/admin/audit-log/verify',
    tag: 'access',
    summary: 'Compares every row with the events, the chain of hashes and the signed seals.',
    access: 'audit:read',
    success: 200,
    response: auditVerdict,
  }),
} satisfies Record<string, Route>;
