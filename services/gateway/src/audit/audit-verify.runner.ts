import type { AuditRow, AuditVerdict } from '@ffapi/contracts';
import { EventStoreCorrupt, projectedEvents, type EventStore } from '@ffapi/es';
import { scanAll, type Collection } from '@ffapi/read-model';
import { AuditCheck, type Broken, type StoredRow } from './audit-check.ts';
import { auditFacts, auditRowId, isAudited, type AuditedEvent } from './audited-events.ts';
import { auditHeadId, auditLog, type AuditDocument } from './audit-log.projection.ts';
import { isOfSameLog, type KeptSeals } from './audit-seals.runner.ts';

export interface VerifyPorts {
  readonly store: EventStore;
  readonly rows: Collection<AuditDocument>;
  readonly seals: KeptSeals;
  /** Up to this position the rows must be complete; what is sealed beyond it must be, too. */
  readonly upTo: number;
}

async function* storedRows(rows: Collection<AuditDocument>): AsyncGenerator<StoredRow> {
  for await (const { id, document } of scanAll(rows))
    if (id !== auditHeadId) yield { id, document: document as AuditRow };
}

const lastIdAt = (position: number): string => auditRowId({ position, index: 999 });

/** Follows events and rows side by side; gives what is broken first. */
const compare = async ({ store, rows, upTo }: VerifyPorts, check: AuditCheck): Promise<Broken | null> => {
  const stored = storedRows(rows);
  const nextStored = async (): Promise<StoredRow | null> => (await stored.next()).value ?? null;
  for await (const commits of store.read<AuditedEvent>({ after: 0, streams: auditLog.streams })) {
    const due = commits.filter(({ position }) => position <= upTo).flatMap(projectedEvents);
    for (const event of due.filter(isAudited)) {
      const broken = check.next(auditFacts(event), await nextStored());
      if (broken) return broken;
    }
  }
  const last = await store.lastPosition();
  for await (const { id } of stored)
    if (id <= lastIdAt(upTo) || id > lastIdAt(last)) return { id, reason: 'not_in_events' };
  return check.end();
};

const sealFlaw = ({ isForged }: KeptSeals, hasHead: boolean, rows: number): Broken | null => {
  if (isForged) return { id: null, reason: 'seal_forged' };
  return hasHead || rows === 0 ? null : { id: null, reason: 'seal_missing' };
};

/** Makes every row anew from the events and compares it with the stored one, its hash and the seals. */
export const verifyAuditLog = async (ports: VerifyPorts): Promise<AuditVerdict> => {
  const { store, seals } = ports;
  const ours = { incarnation: await store.incarnation(), projectionVersion: auditLog.version };
  const head = seals.head && isOfSameLog(seals.head, ours) ? seals.head : null;
  const anchors = seals.anchors.filter((anchor) => isOfSameLog(anchor, ours));
  const sealed = head ? [head, ...anchors] : anchors;
  const check = new AuditCheck(sealed);
  const upTo = Math.max(ports.upTo, ...sealed.map(({ position }) => position));
  const found = await compare({ ...ports, upTo }, check).catch((error: unknown): Broken => {
    if (error instanceof EventStoreCorrupt) return { id: null, reason: 'events_changed' };
    throw error;
  });
  const broken = found ?? sealFlaw(seals, head !== null, check.rows);
  return {
    valid: broken === null,
    rows: check.rows,
    first_broken: broken,
    head: head && { rows: head.rows, hash: head.hash, position: head.position, sealed_at: head.sealedAt },
    anchors: anchors.length,
  };
};
