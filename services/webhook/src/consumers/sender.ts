import { randomInt } from 'node:crypto';
import { deliveryStream, endpointStream, type DeliveryAttempt, type WebhookData } from '@ffapi/contracts';
import { EgressFailure, type Egress, type PostAnswer } from '@ffapi/egress';
import { EventStoreFull, EventStoreUnavailable, handleCommand, type CommandContext } from '@ffapi/es';
import type { Collection } from '@ffapi/read-model';
import { signPath } from '@ffapi/secrets';
import { derivedKey, publicBaseUrl, type ServiceContext } from '@ffapi/service-kit';
import { withSpan } from '@ffapi/telemetry';
import { deliveryDecider } from '../domain/delivery.decider.ts';
import { endpointDecider, secretsInForce } from '../domain/endpoint.decider.ts';
import { callBody } from '../domain/event-payload.ts';
import { parseRetryAfter } from '../domain/retry-schedule.ts';
import { signMessage, userHeaders } from '../domain/signature.ts';
import type { DeliveryDocument } from '../projections/deliveries.projection.ts';
import type { EndpointDocument } from '../projections/endpoints.projection.ts';
import { tenantSecret } from './tenant-secret.ts';

export interface SenderPorts {
  readonly context: ServiceContext;
  readonly egress: Egress;
  readonly deliveries: Collection<DeliveryDocument>;
  readonly endpoint: (webhookId: string) => EndpointDocument | null;
  /** Resolves when the due index holds the commit at this position, or after a time that is too long for one. */
  readonly indexed: (position: number) => Promise<unknown>;
}

const attemptsOf = ({ attempts }: DeliveryDocument): number => attempts.at(-1)?.attempt ?? 0;

const perReceiver = 4;
const atOnce = 64;
const pageSize = 200;
const sweepMs = 5_000;
const excerptChars = 4_096;
const storeRetryMs = 500;

/**
 * Sends what is due. A receiver that is slow or dead holds a few slots of its own and nothing else; what waits is in
 * the due index, not in a sleeping worker.
 */
export class Sender {
  readonly #ports: SenderPorts;
  readonly #inFlight = new Map<string, string>();
  readonly #busy = new Map<string, number>();
  /** The newest attempt of deliveries whose document does not show it yet: they must not be sent again for that. */
  readonly #recorded = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #isLooking = false;
  #lookAgain = false;
  #isStopped = false;

  constructor(ports: SenderPorts) {
    this.#ports = ports;
  }

  /** Looks for what is due, now and whenever the next is. */
  wake(): void {
    if (this.#isLooking) {
      this.#lookAgain = true;
      return;
    }
    this.#isLooking = true;
    void this.#look()
      .catch((err: unknown) => this.#ports.context.log.warn({ err }, 'due deliveries'))
      .finally(() => {
        this.#isLooking = false;
        if (this.#lookAgain && !this.#isStopped) {
          this.#lookAgain = false;
          this.wake();
        }
      });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#isStopped) return;
    const now = this.#ports.context.now();
    let after: string | undefined;
    let waitMs = sweepMs;
    do {
      const { documents, next } = await this.#ports.deliveries.find({
        where: { status: 'pending' },
        sort: 'dueAt',
        after,
        limit: pageSize,
      });
      for (const { document } of documents) {
        if (document.dueAt > now) {
          waitMs = Math.min(waitMs, Date.parse(document.dueAt) - Date.parse(now));
          after = undefined;
          break;
        }
        this.#take(document);
        after = next ?? undefined;
      }
      if (documents.length === 0) after = undefined;
    } while (after !== undefined && this.#inFlight.size < atOnce);
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), Math.max(20, waitMs));
  }

  #take(delivery: DeliveryDocument): void {
    const { deliveryId } = delivery;
    if (attemptsOf(delivery) < (this.#recorded.get(deliveryId) ?? 0)) return;
    this.#recorded.delete(deliveryId);
    const receiver = new URL(delivery.url).host;
    const busy = this.#busy.get(receiver) ?? 0;
    if (this.#inFlight.has(deliveryId) || busy >= perReceiver || this.#inFlight.size >= atOnce) return;
    this.#inFlight.set(deliveryId, receiver);
    this.#busy.set(receiver, busy + 1);
    void this.#send(delivery)
      .catch((err: unknown) => this.#ports.context.log.warn({ err, deliveryId }, 'delivery'))
      .finally(() => {
        this.#inFlight.delete(deliveryId);
        const left = (this.#busy.get(receiver) ?? 1) - 1;
        if (left > 0) this.#busy.set(receiver, left);
        else this.#busy.delete(receiver);
        this.wake();
      });
  }

  async #send(delivery: DeliveryDocument): Promise<void> {
    const { context, endpoint } = this.#ports;
    const { deliveryId, webhookId } = delivery;
    const subscription = webhookId === null ? null : endpoint(webhookId);
    if (webhookId !== null && !subscription?.isEnabled) {
      const reason = subscription ? 'endpoint_disabled' : 'endpoint_deleted';
      await this.#decide(
        delivery,
        { type: 'GiveUpDelivery', deliveryId, reason, now: context.now() },
        `giveup_${deliveryId}`,
      );
      return;
    }
    const attempt = attemptsOf(delivery) + 1;
    const startMs = performance.now();
    const span = {
      service: 'webhook',
      kind: 'client',
      parent: delivery.traceparent,
      attributes: { 'ffapi.delivery_id': deliveryId, 'ffapi.attempt': attempt },
    } as const;
    const outcome = await withSpan('webhook', span, () => this.#post(delivery, subscription));
    const durationMs = Math.round(performance.now() - startMs);
    const retryAfter = outcome.answer?.headers['retry-after'];
    const recorded: DeliveryAttempt = {
      attempt,
      status: outcome.answer?.status ?? null,
      durationMs,
      responseBodyExcerpt: outcome.answer?.body.slice(0, excerptChars) ?? '',
      error: outcome.error,
    };
    const command = {
      type: 'RecordAttempt',
      deliveryId,
      outcome: recorded,
      retryAfterMs: parseRetryAfter(typeof retryAfter === 'string' ? retryAfter : undefined, context.now()),
      jitter: randomInt(-1000, 1001) / 1000,
      now: context.now(),
    } as const;
    await this.#decide(delivery, command, `attempt_${deliveryId}_${attempt}`);
    this.#recorded.set(deliveryId, attempt);
    if (outcome.answer?.status === 410 && webhookId !== null) await this.#disable(webhookId);
  }

  async #post(
    delivery: DeliveryDocument,
    subscription: EndpointDocument | null,
  ): Promise<{ answer: PostAnswer | null; error: DeliveryAttempt['error'] }> {
    const { context, egress } = this.#ports;
    try {
      const { body, headers } = await this.#message(delivery, subscription);
      const { target } = delivery;
      const url = target.urlSecret === null ? target.url : await context.secrets.open(target.urlSecret);
      const own =
        target.headersSecret === null
          ? {}
          : (JSON.parse(await context.secrets.open(target.headersSecret)) as Record<string, string>);
      const answer = await egress.post(url, { body, headers: { ...userHeaders(own), ...headers } });
      return { answer, error: null };
    } catch (error) {
      if (error instanceof EgressFailure) return { answer: null, error: { code: error.code, message: error.message } };
      context.log.error({ err: error, deliveryId: delivery.deliveryId }, 'a call could not be made');
      return { answer: null, error: { code: 'internal', message: 'The call could not be made.' } };
    }
  }

  async #message(delivery: DeliveryDocument, subscription: EndpointDocument | null) {
    const { context } = this.#ports;
    const key = derivedKey(context.masterKey, 'download-links');
    const expires = Math.floor(Date.now() / 1000) + context.config.DOWNLOAD_URL_EXPIRY;
    const names = new Map<string, string>();
    const data = await this.#payload(delivery);
    for (const output of Array.isArray(data.outputs) ? (data.outputs as { file_id: string; url: string }[]) : []) {
      names.set(output.file_id, decodeURIComponent(output.url.split('/').slice(3).join('/')));
    }
    const downloadUrlOf = (fileId: string): string =>
      `${publicBaseUrl(context.config)}${signPath(key, fileId, names.get(fileId) ?? String(data.name ?? 'file'), expires)}`;
    const { event, timestamp } = delivery;
    const body = callBody({ event, timestamp, data, isJobsOwn: delivery.webhookId === null, downloadUrlOf });
    const refs = subscription ? secretsInForce(subscription, context.now()) : [];
    const opened = await Promise.all(refs.map((ref) => context.secrets.open(ref)));
    const [first = tenantSecret(context, delivery.apiKeyId), ...rest] = opened;
    return signMessage({ id: delivery.deliveryId, body, sentAt: context.now(), secrets: [first, ...rest] });
  }

  async #payload({ payload }: DeliveryDocument): Promise<WebhookData> {
    if ('inline' in payload) return payload.inline;
    return JSON.parse(
      Buffer.concat(await (await this.#ports.context.blobs.get(payload.blob)).toArray()).toString('utf8'),
    ) as WebhookData;
  }

  #context(delivery: Pick<DeliveryDocument, 'deliveryId' | 'jobId'>, commitId: string): CommandContext {
    return {
      commitId,
      occurredAt: this.#ports.context.now(),
      correlationId: delivery.jobId ?? delivery.deliveryId,
      causationId: delivery.deliveryId,
    };
  }

  /**
   * Appends, and resolves when the due index shows it: what is looked at before that would be sent again. A call that
   * was made is recorded when the store is back or has room, not made anew.
   */
  async #decide(
    delivery: DeliveryDocument,
    command: Parameters<typeof deliveryDecider.decide>[0],
    commitId: string,
  ): Promise<void> {
    const { store } = this.#ports.context;
    const stream = deliveryStream(delivery.deliveryId);
    while (!this.#isStopped) {
      try {
        const { commit } = await handleCommand(
          store,
          deliveryDecider,
          stream,
          command,
          this.#context(delivery, commitId),
        );
        // Nothing left to do: another process was first, and the index has yet to hear of it.
        const { position } = commit ?? (await store.load(stream)).head ?? { position: 0 };
        await this.#ports.indexed(position);
        return;
      } catch (error) {
        if (!(error instanceof EventStoreUnavailable) && !(error instanceof EventStoreFull)) throw error;
        await new Promise((resolve) => setTimeout(resolve, storeRetryMs));
      }
    }
  }

  /** The receiver has said that it is gone for good (410). */
  async #disable(webhookId: string): Promise<void> {
    const { context } = this.#ports;
    const command = { type: 'DisableEndpoint', webhookId, reason: 'gone', by: 'webhook', now: context.now() } as const;
    await handleCommand(context.store, endpointDecider, endpointStream(webhookId), command, {
      commitId: context.newId('cmd'),
      occurredAt: context.now(),
      correlationId: webhookId,
      causationId: webhookId,
    });
  }
}
