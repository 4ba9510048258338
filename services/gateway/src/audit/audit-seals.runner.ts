import { openBucket } from '@ffapi/bus';
import type { KV } from '@nats-io/kv';
import type { Collection } from '@ffapi/read-model';
import { derivedKey, type Running, type ServiceContext } from '@ffapi/service-kit';
import { readSeal, sealed, type Seal, type SealedEnd } from './audit-seal.ts';
import { auditHeadId, auditLog, isAuditRow, type AuditDocument } from './audit-log.projection.ts';

/** Kept apart from the rows: who can write the one need not be able to write the other. */
export const openAuditBucket = ({ connection }: Pick<ServiceContext, 'connection'>): Promise<KV> =>
  openBucket(connection, 'AUDIT', { history: 1 });

export const sealKey = ({ masterKey }: Pick<ServiceContext, 'masterKey'>): Buffer =>
  derivedKey(masterKey, 'audit-seals');

export interface KeptSeals {
  readonly head: Seal | null;
  /** The first seal of each day. */
  readonly anchors: readonly Seal[];
  /** One of them was not made by this platform. */
  readonly isForged: boolean;
}

const headKey = 'head';

/** All seals that are kept. */
export const readSeals = async (bucket: KV, key: Buffer): Promise<KeptSeals> => {
  const names: string[] = [];
  for await (const name of await bucket.keys('day.*')) names.push(name);
  const read = async (name: string): Promise<Seal | null | undefined> => {
    const entry = await bucket.get(name);
    return entry?.operation === 'PUT' ? readSeal(key, entry.string()) : undefined;
  };
  const [head, ...anchors] = await Promise.all([headKey, ...names.toSorted()].map(read));
  return {
    head: head ?? null,
    anchors: anchors.filter((anchor) => anchor !== null && anchor !== undefined),
    isForged: [head, ...anchors].includes(null),
  };
};

export interface SealPorts {
  readonly context: ServiceContext;
  readonly bucket: KV;
  readonly rows: Collection<AuditDocument>;
}

const sealMs = 1_000;

/** Signs the end of the chain soon after it has grown, and keeps the first seal of each day. */
export class AuditSealer implements Running {
  readonly #ports: SealPorts;
  readonly #key: Buffer;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;
  #sealing: Promise<void> = Promise.resolve();

  constructor(ports: SealPorts) {
    this.#ports = ports;
    this.#key = sealKey(ports.context);
  }

  /** The chain has grown. */
  note(): void {
    if (this.#isStopped) return;
    this.#timer ??= setTimeout(() => void this.#sealNow(), sealMs);
  }

  /** Resolves when what was noted is sealed. */
  async settled(): Promise<void> {
    if (this.#timer) void this.#sealNow();
    await this.#sealing;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.settled();
  }

  #sealNow(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#sealing = this.#sealing
      .then(() => this.#seal())
      .catch((err: unknown) => {
        this.#ports.context.log.warn({ err }, 'the audit log is not sealed');
        this.note();
      });
    return this.#sealing;
  }

  async #seal(): Promise<void> {
    const { context, bucket, rows } = this.#ports;
    const document = (await rows.get(auditHeadId))?.document;
    if (!document || isAuditRow(document)) return;
    const incarnation = await context.store.incarnation();
    const { version: projectionVersion } = auditLog;
    const end = { incarnation, projectionVersion, ...document, sealedAt: context.now() };
    const text = JSON.stringify(sealed(this.#key, end));
    if (await this.#mayReplace(end)) await bucket.put(headKey, text);
    const day = `day.${end.sealedAt.slice(0, 10)}`;
    if ((await bucket.get(day)) === null) await bucket.create(day, text);
  }

  /** A seal that says more than there is tells of a loss, and one that is not ours of an intruder: both are kept. */
  async #mayReplace(end: SealedEnd): Promise<boolean> {
    const entry = await this.#ports.bucket.get(headKey);
    if (entry?.operation !== 'PUT') return true;
    const kept = readSeal(this.#key, entry.string());
    if (kept && (!isOfSameLog(kept, end) || kept.rows <= end.rows)) return true;
    this.#ports.context.log.error({ kept }, 'the audit log does not reach its seal: see ffapi audit verify');
    return false;
  }
}

/** Whether two ends are of one chain. */
export const isOfSameLog = (
  one: Pick<SealedEnd, 'incarnation' | 'projectionVersion'>,
  other: Pick<SealedEnd, 'incarnation' | 'projectionVersion'>,
): boolean => one.incarnation === other.incarnation && one.projectionVersion === other.projectionVersion;
