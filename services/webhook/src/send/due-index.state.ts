import type { Collection, Condition } from '@ffapi/read-model';
import type { DeliveryDocument } from './deliveries.projection.ts';

export interface DueIndexPorts {
  readonly deliveries: Collection<DeliveryDocument>;
  readonly now: () => string;
  /** Up to where the index holds what was appended. */
  readonly position: () => number;
  /** `false`: there is no room for it now. */
  readonly offer: (delivery: DeliveryDocument) => boolean;
  readonly waitingFor: (apiKeyId: string, receiver: string) => number;
  readonly lowWater: number;
  readonly sweepMs: number;
  readonly onError: (error: unknown) => void;
}

interface Left {
  readonly apiKeyId: string;
  /** Of the newest commit whose delivery found no room. */
  readonly position: number;
}

const pageSize = 200;
const restMsMin = 20;
/** What became due this long ago is looked at again: the index may have heard of it late. */
const marginMs = 10_000;

/**
 * Reads the due index as time goes on: each delivery is read about when it becomes due, once, however many are pending.
 * Those that find no room stay in the index, and are read by receiver when there is some.
 */
export class DueIndex {
  readonly #ports: DueIndexPorts;
  /** Receivers of whom more is due than was taken. */
  readonly #left = new Map<string, Left>();
  readonly #refilling = new Set<string>();
  /** What was due before has been offered. */
  #horizon = '';
  #timer: NodeJS.Timeout | null = null;
  #timerAtMs = Infinity;
  #isSweeping = false;
  #isStopped = false;

  constructor(ports: DueIndexPorts) {
    this.#ports = ports;
  }

  /** Begins with everything that is due. */
  start(): void {
    this.#arm(0);
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  /** The index has heard of something that becomes due at this time, or, when it was told late, was due then. */
  expect(dueAt: string): void {
    if (dueAt < this.#horizon) this.#horizon = dueAt;
    this.#arm(Date.parse(dueAt) - Date.parse(this.#ports.now()));
  }

  /** Something that was due since this time must be offered again. */
  lookFrom(dueAt: string): void {
    if (dueAt < this.#horizon) this.#horizon = dueAt;
    this.#arm(1_000);
  }

  /** A delivery found no room. */
  isLeft({ apiKeyId, receiver }: DeliveryDocument, position: number): void {
    const before = this.#left.get(receiver)?.position ?? 0;
    this.#left.set(receiver, { apiKeyId, position: Math.max(before, position) });
  }

  refillAll(): void {
    for (const [receiver, { apiKeyId }] of this.#left) this.refill(apiKeyId, receiver);
  }

  /** Offers more of a receiver's deliveries when few are waiting in memory and more are due. */
  refill(apiKeyId: string, receiver: string): void {
    const left = this.#left.get(receiver);
    if (!left || this.#isStopped || this.#refilling.has(receiver)) return;
    if (this.#ports.waitingFor(apiKeyId, receiver) > this.#ports.lowWater) return;
    this.#refilling.add(receiver);
    const reached = this.#ports.position();
    // What became due in this very millisecond belongs to it.
    const lt = new Date(Date.parse(this.#ports.now()) + 1).toISOString();
    this.#offerDue({ receiver, status: 'pending', dueAt: { lt } }, () => false)
      .then((isAll) => {
        if (isAll && reached >= left.position && this.#left.get(receiver) === left) this.#left.delete(receiver);
      })
      .catch(this.#ports.onError)
      .finally(() => this.#refilling.delete(receiver));
  }

  /** `true`: everything that matches was offered; `onNoRoom` tells whether to go on with the others. */
  async #offerDue(
    where: Readonly<Record<string, Condition>>,
    onNoRoom: (delivery: DeliveryDocument, position: number) => boolean,
  ): Promise<boolean> {
    let after: string | undefined;
    do {
      const query = { where, sort: 'dueAt', after, limit: pageSize };
      const { documents, next } = await this.#ports.deliveries.find(query);
      for (const { document, position } of documents) {
        if (this.#isStopped) return false;
        if (!this.#ports.offer(document) && !onNoRoom(document, position)) return false;
      }
      after = next ?? undefined;
    } while (after !== undefined);
    return true;
  }

  async #sweep(): Promise<void> {
    const now = this.#ports.now();
    const since = this.#horizon;
    this.#horizon = new Date(Date.parse(now) - marginMs).toISOString();
    const note = (delivery: DeliveryDocument, position: number): boolean => {
      this.isLeft(delivery, position);
      return true;
    };
    try {
      await this.#offerDue({ status: 'pending', dueAt: { gte: since, lt: now } }, note);
    } catch (error) {
      if (since < this.#horizon) this.#horizon = since;
      throw error;
    }
    this.refillAll();
    const coming = { status: 'pending', dueAt: { gte: now } };
    const { documents } = await this.#ports.deliveries.find({ where: coming, sort: 'dueAt', limit: 1 });
    const [first] = documents;
    if (first) this.expect(first.document.dueAt);
  }

  #arm(inMs: number): void {
    const atMs = performance.now() + Math.min(Math.max(inMs, restMsMin), this.#ports.sweepMs);
    if (this.#isStopped || atMs >= this.#timerAtMs) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    this.#timer = setTimeout(() => void this.#onTime(), atMs - performance.now());
  }

  async #onTime(): Promise<void> {
    this.#timerAtMs = Infinity;
    if (!this.#isSweeping) {
      this.#isSweeping = true;
      await this.#sweep().catch(this.#ports.onError);
      this.#isSweeping = false;
    }
    this.#arm(this.#ports.sweepMs);
  }
}
