import { once } from 'node:events';
import { stringify } from 'csv-stringify/sync';
import type { AuditRow, auditRoutes } from '@ffapi/contracts';
import type { Condition, FindQuery } from '@ffapi/read-model';
import type { Audit, AuditReads } from './audit.state.ts';
import { pageBody, type AnswerFor, type CallOf, type HandlersOf, type Slice, utc } from '../requests/index.ts';

export interface AuditPorts {
  readonly audit: Audit;
  readonly reads: Pick<AuditReads, 'audit' | 'audited'>;
}

const pageDefault = 50;
const exportBatch = 500;
const dayMs = 24 * 3_600_000;

type ListCall = CallOf<'list_audit_log'>;

/** The end of a whole day is the beginning of the next. */
const endOf = (value: string | undefined): string | undefined => {
  const at = utc(value);
  const isDay = value?.includes('T') === false;
  return at !== undefined && isDay ? new Date(Date.parse(at) + dayMs).toISOString() : at;
};

const queryOf = ({ query }: ListCall): Omit<FindQuery, 'limit'> => {
  const { actor, event_type: types, resource_id: resourceId, cursor } = query;
  const [start, end] = [utc(query.start ?? query.created_after), endOf(query.end) ?? utc(query.created_before)];
  const where: Record<string, Condition> = {
    ...(actor !== undefined && { actor }),
    ...(types !== undefined && { event_type: { in: types.split(',') } }),
    ...(resourceId !== undefined && { resource_id: resourceId }),
  };
  if (start !== undefined || end !== undefined)
    where.timestamp = { ...(start !== undefined && { gte: start }), ...(end !== undefined && { lt: end }) };
  return { where, sort: 'timestamp', after: cursor };
};

const columns = [
  'id',
  'timestamp',
  'event_type',
  'actor',
  'resource_type',
  'resource_id',
  'action',
  'details',
  'ip_address',
  'user_agent',
  'prev_hash',
  'hash',
] as const satisfies readonly (keyof AuditRow)[];

/** A cell that a spreadsheet would take for a formula is made text. */
const csv = (rows: readonly (readonly unknown[])[]): string =>
  stringify(rows as unknown[][], { escape_formulas: true });
const cellsOf = (row: AuditRow): unknown[] =>
  columns.map((column) => (column === 'details' ? JSON.stringify(row.details) : (row[column] ?? '')));

const exportRows = async ({ reads }: AuditPorts, call: ListCall): Promise<undefined> => {
  const isCsv = call.query.format === 'csv';
  const { raw } = call.reply.hijack();
  raw.writeHead(200, {
    'content-type': isCsv ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
    'content-disposition': `attachment; filename="audit-log.${isCsv ? 'csv' : 'json'}"`,
    'x-request-id': call.requestId,
    'x-content-type-options': 'nosniff',
  });
  raw.write(isCsv ? csv([columns]) : '[');
  let after: string | undefined;
  let separator = '';
  do {
    const { documents, next } = await reads.audit.find({ ...queryOf(call), after, limit: exportBatch });
    const rows = documents.map(({ document }) => document as AuditRow);
    const text = isCsv ? csv(rows.map(cellsOf)) : rows.map((row) => JSON.stringify(row)).join(',\n');
    if (rows.length > 0 && !raw.write(isCsv ? text : separator + text))
      await Promise.race([once(raw, 'drain'), once(raw, 'close')]);
    if (rows.length > 0) separator = ',\n';
    after = next ?? undefined;
  } while (after !== undefined && !raw.destroyed);
  raw.end(isCsv ? '' : ']');
  return undefined;
};

const page = async ({ reads }: AuditPorts, call: ListCall): Promise<AnswerFor<'list_audit_log'>> => {
  const { limit = pageDefault } = call.query;
  const { documents, next } = await reads.audit.find({ ...queryOf(call), descending: true, limit });
  return {
    body: pageBody(
      documents.map(({ document }) => document as AuditRow),
      next,
    ),
  };
};

export const openAudit = (ports: AuditPorts): Slice<HandlersOf<typeof auditRoutes>> => ({
  handlers: {
    list_audit_log: async (call) => {
      await ports.reads.audited();
      return call.query.format === undefined ? page(ports, call) : exportRows(ports, call);
    },
    verify_audit_log: async () => ({ body: await ports.audit.verify() }),
  },
});
