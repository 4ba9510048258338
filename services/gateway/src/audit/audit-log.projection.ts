import type { AuditRow } from '@ffapi/contracts';
import type { Projection } from '@ffapi/es';
import { chained, chainStart } from './audit-chain.ts';
import { auditedStreams, auditFacts, auditRowId, isAudited, type AuditedEvent } from './audited-events.ts';

/** How long the chain is and what it ends with; of the collection's documents the last in the order of ids. */
export type AuditHead = { readonly rows: number; readonly hash: string; readonly position: number };
export type AuditDocument = AuditRow | AuditHead;

export const auditHeadId = 'head';

export const isAuditRow = (document: AuditDocument): document is AuditRow => 'event_type' in document;

const headOf = (document: AuditDocument | null): AuditHead =>
  document && !isAuditRow(document) ? document : { rows: 0, hash: chainStart, position: 0 };

/**
 * The audit log: a row for each event that is audited, chained to the row before. An event of a new type enters by its
 * line in the table, without a new version: no stored event is older than its type. A line that says something else of
 * stored events needs a new version, also where it follows from an upcast: the rows are compared with what it says now.
 */
export const auditLog: Projection<AuditedEvent, AuditDocument> = {
  name: 'audit-log',
  version: 1,
  streams: auditedStreams,
  indexes: [
    { where: [], sort: 'timestamp' },
    { where: ['actor'], sort: 'timestamp' },
    { where: ['event_type'], sort: 'timestamp' },
    { where: ['resource_id'], sort: 'timestamp' },
  ],
  // The head comes last and is written last: after a crash in between, the rows behind it are made again as they were.
  keys: (event) => (isAudited(event) ? [auditRowId(event), auditHeadId] : []),
  evolve: (document, event, key, other = () => null) => {
    if (key !== auditHeadId) return chained(headOf(other(auditHeadId)).hash, auditFacts(event));
    const row = other(auditRowId(event));
    if (row === null || !isAuditRow(row)) throw new Error('the row of this event is not there');
    return { rows: headOf(document).rows + 1, hash: row.hash, position: event.position };
  },
};
