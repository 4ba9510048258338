import type { AuditVerdict } from '@ffapi/contracts';
import { documentsOf, type Collection, type ReadModel } from '@ffapi/read-model';
import type { Running, ServiceContext } from '@ffapi/service-kit';
import { auditLog, type AuditDocument } from './audit-log.projection.ts';
import { AuditSealer, openAuditBucket, readSeals, sealKey } from './audit-seals.runner.ts';
import { AuditShipping } from './audit-shipping.runner.ts';
import { auditSinks } from './audit-sinks.client.ts';
import { verifyAuditLog } from './audit-verify.runner.ts';

export interface AuditReads {
  readonly audit: Collection<AuditDocument>;
  /** Up to where the audit log is written: with all that this process has appended, where that can be known. */
  audited(): Promise<number>;
  /** Calls back when the audit log, written by this process, holds all of the past, and when it grows from then on. */
  onAudited(listener: () => void): void;
}

/** What is done with the audit log besides reading it. */
export interface Audit extends Running {
  /** Compares the log with events and seals; who asks meanwhile is given the same answer. */
  verify(): Promise<AuditVerdict>;
}

/** Seals the audit log as it grows, and sends it on. */
export const startAudit = async (context: ServiceContext, readModel: ReadModel, reads: AuditReads): Promise<Audit> => {
  const bucket = await openAuditBucket(context);
  const ports = { context, bucket, rows: reads.audit, isAlone: readModel.exclusive };
  const sealer = new AuditSealer(ports);
  const out = auditSinks(context);
  const shipping = out.sinks.map((sink) => new AuditShipping(ports, sink));
  reads.onAudited(() => {
    sealer.note();
    for (const each of shipping) each.note();
  });
  const verify = async (): Promise<AuditVerdict> => {
    const upTo = await reads.audited();
    await sealer.settled();
    const seals = await readSeals(bucket, sealKey(context));
    return verifyAuditLog({ store: context.store, rows: reads.audit, seals, upTo });
  };
  let verifying: Promise<AuditVerdict> | null = null;
  return {
    verify: () =>
      (verifying ??= verify().finally(() => {
        verifying = null;
      })),
    stop: async () => {
      await Promise.all(shipping.map((each) => each.stop()));
      await out.close();
      await sealer.stop();
    },
  };
};

/** The same comparison for an operator, beside a platform that runs or has been stopped. */
export const verifyStoredAuditLog = async (context: ServiceContext): Promise<AuditVerdict> => {
  const readModel = await context.openReadModel();
  try {
    const rows = documentsOf(readModel, auditLog);
    const upTo = (await rows.checkpoint())?.position ?? 0;
    const seals = await readSeals(await openAuditBucket(context), sealKey(context));
    return await verifyAuditLog({ store: context.store, rows, seals, upTo });
  } finally {
    await readModel.close();
  }
};
