import { setTimeout as delay } from 'node:timers/promises';
import type { KV } from '@nats-io/kv';
import type { AuditRow } from '@ffapi/contracts';
import type { Collection } from '@ffapi/read-model';
import { withLease, type Running, type ServiceContext } from '@ffapi/service-kit';
import { auditHeadId, auditLog, type AuditDocument } from './audit-log.projection.ts';
import type { AuditSink } from './audit-sinks.client.ts';

export interface ShippingPorts {
  readonly context: ServiceContext;
  readonly bucket: KV;
  readonly rows: Collection<AuditDocument>;
  /** No other process ships from this read model. */
  readonly isAlone: boolean;
}

const rowsMax = 500;
const retryMs = { min: 500, max: 60_000 };
/** How soon rows are noticed that another process has written. */
const pollMs = 5_000;

interface Shipped {
  readonly incarnation: string;
  readonly projectionVersion: number;
  readonly id: string;
}

/** Sends the rows of the audit log to one sink in the order of the chain, each at least once. */
export class AuditShipping implements Running {
  readonly #ports: ShippingPorts;
  readonly #sink: AuditSink;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #news = Promise.withResolvers<void>();

  constructor(ports: ShippingPorts, sink: AuditSink) {
    this.#ports = ports;
    this.#sink = sink;
    const { signal } = this.#stopping;
    const work = (held: AbortSignal): Promise<void> => this.#run(held);
    this.#running = ports.isAlone
      ? work(signal)
      : withLease(ports.context, `audit-shipping-${sink.name}`)(work, signal);
  }

  /** There may be more to send. */
  note(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(held: AbortSignal): Promise<void> {
    const { log } = this.#ports.context;
    const { name } = this.#sink;
    let waitMs = retryMs.min;
    while (!held.aborted) {
      try {
        await this.#shipAll(held, () => {
          if (waitMs > retryMs.min) log.info({ sink: name }, 'the audit log is taken again');
          waitMs = retryMs.min;
        });
      } catch (err) {
        if (held.aborted) return;
        if (waitMs === retryMs.min)
          log.warn({ err, sink: name }, 'the audit log is not taken: it is kept and comes again');
        await delay(waitMs, undefined, { signal: held }).catch(() => {});
        waitMs = Math.min(waitMs * 2, retryMs.max);
      }
    }
  }

  async #shipAll(held: AbortSignal, onTaken: () => void): Promise<void> {
    const { rows, bucket } = this.#ports;
    const key = `shipped.${this.#sink.name}`;
    for (let place = await this.#place(key); !held.aborted;) {
      const { promise: news } = this.#news;
      const stored = await rows.scan(place.id, rowsMax);
      const due = stored.filter(({ id }) => id !== auditHeadId);
      if (due.length === 0) {
        const over = new AbortController();
        const signal = AbortSignal.any([held, over.signal]);
        await Promise.race([news, delay(pollMs, undefined, { signal }).catch(() => {})]);
        over.abort();
        continue;
      }
      await this.#sink.send(
        due.map(({ document }) => document as AuditRow),
        held,
      );
      onTaken();
      place = { ...place, id: due.at(-1)!.id };
      await bucket.put(key, JSON.stringify(place));
    }
  }

  /** Where to go on; another store or another way of writing rows begins anew. */
  async #place(key: string): Promise<Shipped> {
    const { bucket, context } = this.#ports;
    const incarnation = await context.store.incarnation();
    const fresh = { incarnation, projectionVersion: auditLog.version, id: '' };
    const entry = await bucket.get(key);
    if (entry?.operation !== 'PUT') return fresh;
    const kept = entry.json<Shipped>();
    return kept.incarnation === incarnation && kept.projectionVersion === auditLog.version ? kept : fresh;
  }
}
