import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { endpointStream, type DeliveryAttempt, type DeliveryEvent } from '@ffapi/contracts';
import { type ProjectedEvent } from '@ffapi/es';
import { failPoint } from '@ffapi/fail-points';
import { commander, type ServiceContext } from '@ffapi/service-kit';
import type { Collection } from '@ffapi/read-model';
import type { DeliveryCommand } from './delivery.decider.ts';
import { endpointDecider, hasFailedTooLong, type EndpointCommand, type EndpointDocument } from '../endpoints/index.ts';
import { FairLanes, type Taken } from './fair-lanes.ts';
import type { DeliveryDocument } from './deliveries.projection.ts';
import { DueIndex } from './due-index.state.ts';
import type { CallOutcome } from './make-call.client.ts';
import { recordOutcome, type JustWritten } from './record.runner.ts';

export interface SenderPorts {
  readonly context: ServiceContext;
  readonly deliveries: Collection<DeliveryDocument>;
  readonly endpoint: (webhookId: string) => EndpointDocument | null;
  readonly call: (
    delivery: DeliveryDocument,
    subscription: EndpointDocument | null,
    attempt: number,
  ) => Promise<CallOutcome>;
  /** Up to where the due index holds what was appended. */
  readonly indexPosition: () => number;
  readonly sweepMs: number;
}

interface Item {
  readonly delivery: DeliveryDocument;
  readonly known: JustWritten | null;
}

const limits = {
  runningMax: 256,
  runningPerTenantMax: 64,
  runningPerReceiverMax: 8,
  waitingMax: 2_000,
  waitingPerTenantMax: 400,
  waitingPerReceiverMax: 200,
};
/** A lane with fewer waiting than this is filled again from the index. */
const lowWater = 50;
/** The next process waits for this one: a silent receiver is left to it. */
const drainMsMax = 2_000;

const attemptsOf = ({ attempts }: DeliveryDocument): number => attempts.at(-1)?.attempt ?? 0;

/**
 * Sends what is due: at once what was scheduled here, later what the due index holds. The index is the truth; memory
 * holds what is next for each receiver and nothing that waits for its time.
 */
export class Sender {
  readonly #ports: SenderPorts;
  readonly #lanes = new FairLanes<Item>(limits);
  readonly #index: DueIndex;
  /** Since when each was due. */
  readonly #inHand = new Map<string, string>();
  /** Due again while the attempt before was still in hand. */
  readonly #dueMeanwhile = new Map<string, string>();
  /** Recorded, but not yet shown by the index: what it says of them is old. By position. */
  readonly #recorded = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();
  #isStopped = false;

  constructor(ports: SenderPorts) {
    this.#ports = ports;
    this.#index = new DueIndex({
      deliveries: ports.deliveries,
      now: ports.context.now,
      position: ports.indexPosition,
      offer: (delivery) => this.#offer({ delivery, known: null }),
      waitingFor: (apiKeyId, receiver) => this.#lanes.waitingFor(apiKeyId, receiver),
      lowWater,
      sweepMs: ports.sweepMs,
      onError: (err) => ports.context.log.warn({ err }, 'due deliveries'),
    });
  }

  start(): void {
    this.#index.start();
  }

  /** Lets calls in flight end for a while. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#index.stop();
    await Promise.race([Promise.all(this.#running), delay(drainMsMax, undefined, { ref: false })]);
  }

  /** A delivery that was scheduled just now. */
  scheduled(delivery: DeliveryDocument, known: JustWritten): void {
    if (!this.#offer({ delivery, known })) this.#index.isLeft(delivery, known.head.position);
  }

  /** A delivery that the index is told of by somebody else, or was before. */
  async lookAt(deliveryId: string): Promise<void> {
    const found = await this.#ports.deliveries.get(deliveryId);
    if (found?.document.status !== 'pending' || found.document.dueAt > this.#ports.context.now()) return;
    if (!this.#offer({ delivery: found.document, known: null })) this.#index.isLeft(found.document, found.position);
  }

  /** What the due index has taken in. */
  indexed(position: number, events: readonly ProjectedEvent<DeliveryEvent>[]): void {
    for (const [deliveryId, recordedAt] of this.#recorded)
      if (recordedAt <= position) this.#recorded.delete(deliveryId);
    for (const { event } of events) {
      if (event.type === 'DeliveryAttempted' && event.data.nextAttemptAt) this.#index.expect(event.data.nextAttemptAt);
      if (event.type === 'DeliveryRescheduled')
        this.lookAt(event.data.deliveryId).catch(() => this.#index.lookFrom(event.data.dueAt));
    }
    this.#index.refillAll();
  }

  /** `false`: there is no room now; `true` also for what is in hand already. */
  #offer(item: Item): boolean {
    const { deliveryId, apiKeyId, receiver, dueAt } = item.delivery;
    const since = this.#inHand.get(deliveryId);
    if (since !== undefined && since < dueAt) this.#dueMeanwhile.set(deliveryId, dueAt);
    if (this.#isStopped || since !== undefined || this.#recorded.has(deliveryId)) return true;
    if (!this.#lanes.offer(apiKeyId, receiver, item)) return false;
    this.#inHand.set(deliveryId, dueAt);
    this.#startNext();
    return true;
  }

  #startNext(): void {
    for (let taken = this.#lanes.take(); taken && !this.#isStopped; taken = this.#lanes.take()) {
      const run: Promise<void> = this.#run(taken).finally(() => this.#running.delete(run));
      this.#running.add(run);
    }
  }

  async #run({ item, release }: Taken<Item>): Promise<void> {
    const { delivery } = item;
    let isAnswered = false;
    try {
      isAnswered = await this.#deliver(item);
    } catch (err) {
      this.#ports.context.log.warn({ err, deliveryId: delivery.deliveryId }, 'delivery');
      this.#index.lookFrom(delivery.dueAt);
    }
    this.#letGo(delivery.deliveryId);
    release(isAnswered);
    this.#index.refill(delivery.apiKeyId, delivery.receiver);
    this.#startNext();
  }

  #letGo(deliveryId: string): void {
    this.#inHand.delete(deliveryId);
    const dueAt = this.#dueMeanwhile.get(deliveryId);
    if (dueAt === undefined) return;
    this.#dueMeanwhile.delete(deliveryId);
    this.#index.lookFrom(dueAt);
  }

  /** Tells whether the receiver answered. */
  async #deliver({ delivery, known }: Item): Promise<boolean> {
    const { context, endpoint, call } = this.#ports;
    const { deliveryId, webhookId } = delivery;
    const now = context.now();
    const subscription = webhookId === null ? null : endpoint(webhookId);
    if (webhookId !== null && !subscription?.isEnabled) {
      const reason = subscription ? 'endpoint_disabled' : 'endpoint_deleted';
      const giveUp = { type: 'GiveUpDelivery', deliveryId, reason, now } as const;
      await this.#record(delivery, giveUp, `giveup_${deliveryId}_${delivery.dueAt}`, known);
      return true;
    }
    failPoint('webhook.before-send');
    const { attempt, retryAfterMs } = await call(delivery, subscription, attemptsOf(delivery) + 1);
    failPoint('webhook.after-send');
    // Cut off by the end of this process, not by the receiver: the next process calls again.
    if (this.#isStopped && attempt.status === null) return false;
    const command = {
      type: 'RecordAttempt',
      deliveryId,
      outcome: attempt,
      retryAfterMs,
      jitter: randomInt(-1000, 1001) / 1000,
      isRetried: delivery.event !== 'webhook.test',
      now: context.now(),
    } as const;
    await this.#record(delivery, command, `attempt_${deliveryId}_${attempt.attempt}`, known);
    failPoint('webhook.after-record');
    if (subscription)
      await this.#noteOutcome(subscription, attempt).catch((err: unknown) =>
        context.log.warn({ err, webhookId }, 'the outcome was not noted of its endpoint'),
      );
    return attempt.status !== null;
  }

  async #record(
    { deliveryId, jobId }: DeliveryDocument,
    command: DeliveryCommand,
    commitId: string,
    known: JustWritten | null,
  ): Promise<void> {
    const isStopping = (): boolean => this.#isStopped;
    const options = { commitId, known, isStopping };
    const commit = await recordOutcome(this.#ports.context, { deliveryId, jobId }, command, options);
    if (commit) this.#publishOutcome(commit.events, { deliveryId, jobId });
    if (commit && commit.position > this.#ports.indexPosition()) this.#recorded.set(deliveryId, commit.position);
  }

  #publishOutcome(events: readonly DeliveryEvent[], ids: { deliveryId: string; jobId: string | null }): void {
    const { log, metrics } = this.#ports.context;
    const last = events.at(-1);
    if (last?.type === 'DeliverySucceeded') metrics.webhookAttempts.inc({ outcome: 'delivered' });
    if (last?.type === 'DeliveryAttempted') metrics.webhookAttempts.inc({ outcome: 'failed' });
    if (last?.type !== 'DeliveryExhausted') return;
    const { attempts, reason } = last.data;
    metrics.webhookAttempts.inc({ outcome: 'given_up' });
    log.warn({ ...ids, attempts, reason }, 'webhook delivery given up');
  }

  /** Ends or begins a streak of failures; most outcomes change nothing and cost nothing. */
  async #noteOutcome({ webhookId, failingSince }: EndpointDocument, attempt: DeliveryAttempt): Promise<void> {
    const { context } = this.#ports;
    const { status, attempt: number } = attempt;
    const ofEndpoint = { webhookId, by: 'webhook', now: context.now() };
    const isSuccess = status !== null && status >= 200 && status < 300;
    let command: EndpointCommand | null = null;
    if (status === 410) command = { ...ofEndpoint, type: 'DisableEndpoint', reason: 'gone' };
    else if (isSuccess && failingSince !== null) command = { ...ofEndpoint, type: 'RecordOutcome', isSuccess };
    // A first attempt that fails is weather; a repeat that fails is a streak.
    else if (!isSuccess && number > 1 && (failingSince === null || hasFailedTooLong(failingSince, ofEndpoint.now)))
      command = { ...ofEndpoint, type: 'RecordOutcome', isSuccess };
    if (command === null) return;
    const decide = commander(context, endpointDecider, endpointStream);
    await decide(webhookId, command, { occurredAt: ofEndpoint.now, causationId: webhookId });
  }
}
