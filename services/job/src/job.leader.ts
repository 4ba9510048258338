import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { recreateConsumersAhead, signals, tell } from '@ffapi/bus';
import type { QueuePlace } from '@ffapi/contracts';
import { EventStoreCorrupt, EventUnknown, projectedEvents, type RecordedCommit } from '@ffapi/es';
import { createAnchorKeeper } from '@ffapi/es-jetstream';
import { KeyRing, ringStreams, type RingEvent } from '@ffapi/api-keys';
import type { ReadModel } from '@ffapi/read-model';
import {
  followIntoMemory,
  lead,
  openProjection,
  type Lead,
  type Leading,
  type ServiceContext,
} from '@ffapi/service-kit';
import { openJobs, type OpenJobEvent, type QueueView, type WorkersAnswer, OpenJobsInMemory } from './jobs/index.ts';
import {
  QueueWaits,
  concurrencyOf,
  limitsOf,
  reasonToWait,
  countJobEvent,
  gaugeQueue,
  Dispatcher,
  hearWorkers,
  logJobEnd,
  executeAdvance,
  publishWork,
  releasedJobs,
} from './dispatch/index.ts';
import { deadLetterForgotten } from './dead-letters/index.ts';
import { expireJobs } from './retention/index.ts';

/** Beside the event store, not in it: what is lost there must be missed here. */
export const anchorsFile = ({ dataDir }: Pick<ServiceContext, 'dataDir'>): string => join(dataDir, 'anchors.jsonl');

const sweepMs = 5_000;
/** The written jobs are for a restart only, so that writing may lag. */
const writeBehindMs = 100;
const storeRetryMs = 500;
const nothing: QueuePlace = { position: null, etaSeconds: null, reason: null };

/**
 * The one process that dispatches. Leadership is a lease; whoever takes it over derives everything from the open jobs.
 */
export class Leader implements QueueView {
  readonly #context: ServiceContext;
  readonly #readModel: ReadModel;
  readonly #keys = new KeyRing();
  #lead: Lead | null = null;

  constructor(context: ServiceContext, readModel: ReadModel) {
    this.#context = context;
    this.#readModel = readModel;
  }

  start(): void {
    this.#lead = lead(this.#context, 'dispatcher', (leading) => this.#dispatch(leading));
  }

  get isLeading(): boolean {
    return this.#lead?.isLeading() ?? false;
  }

  async stop(): Promise<void> {
    await this.#lead?.stop();
  }

  async queuePlace(jobId: string): Promise<QueuePlace> {
    return this.#ask('leader.queue-place', { jobId }, nothing);
  }

  async workers(): Promise<WorkersAnswer> {
    return this.#ask('leader.workers', {}, { workers: [], pending: {}, isKnown: false });
  }

  async #ask<T>(subject: string, body: unknown, otherwise: T): Promise<T> {
    try {
      return (await this.#context.connection.request(subject, JSON.stringify(body), { timeout: 500 })).json<T>();
    } catch {
      // Nobody leads for a moment: the place is simply not known.
      return otherwise;
    }
  }

  async #dispatch({ signal, keep }: Leading): Promise<void> {
    const { connection, log, config } = this.#context;
    await this.#mendConsumers();
    const anchoring = this.#keepAnchors();
    keep({ stop: async () => (await anchoring)?.stop() });
    const dispatcher = new Dispatcher({
      isLeading: () => this.isLeading,
      released: await releasedJobs(connection),
      publish: (item, isReplaced) => publishWork(connection, item, isReplaced),
      execute: (job, advance) => executeAdvance(this.#context, job, advance),
      concurrencyOf: (apiKeyId) => concurrencyOf(this.#keys, apiKeyId),
      reasonToWait: (apiKeyId) => reasonToWait(this.#keys, apiKeyId),
      limitsOf: (apiKeyId) => limitsOf(this.#keys, apiKeyId),
      attemptsMax: config.JOB_MAX_RETRIES + 1,
      retryDelayMs: config.JOB_RETRY_DELAY * 1000,
      ackWaitMs: config.WORK_ACK_WAIT_SECONDS * 1000,
      nowMs: () => Date.now(),
      onError: (err) => log.warn({ err }, 'dispatch'),
    });
    // What it has in hand may take a while: it ends after the dispatcher has stopped.
    let expiring = Promise.resolve();
    keep({ stop: () => expiring });
    const projected = keep(
      openProjection(this.#context, this.#readModel, openJobs, { signal, gatherMs: writeBehindMs, isAlone: true }),
    );
    await projected.ready;
    const writtenTo = projected.position();
    const open = new OpenJobsInMemory();
    await open.load(projected.documents);
    keep(
      await followIntoMemory<RingEvent>(this.#context, {
        streams: ringStreams,
        apply: (commits) => {
          this.#keys.apply(commits);
          for (const { data } of commits.flatMap(({ events }) => events))
            dispatcher.keyChanged('keyId' in data ? data.keyId : data.userId);
        },
      }),
    );
    // Whoever is next asks the broker what is released: nothing may come after that.
    keep(dispatcher);
    for (const subscription of [
      hearWorkers(connection, log, (heartbeat) => dispatcher.heartbeat(heartbeat)),
      this.#serve(connection, 'leader.queue-place', ({ jobId }: { jobId: string }) => dispatcher.place(jobId)),
      this.#serve(connection, 'leader.workers', () => ({
        workers: dispatcher.workers.live(Date.now()),
        pending: dispatcher.pending(),
        isKnown: true,
      })),
    ])
      keep({ stop: () => subscription.unsubscribe() });
    tell(connection, signals.heartbeatRequest, {});
    const following = this.#follow(open, dispatcher, writtenTo, signal);
    const sweep = setInterval(() => {
      dispatcher.sweep();
      gaugeQueue(this.#context.metrics, dispatcher);
      void this.#mendQueue(dispatcher);
    }, sweepMs);
    keep({ stop: () => clearInterval(sweep) });
    expiring = expireJobs(this.#context, this.#readModel, signal);
    log.info('dispatching');
    await following;
  }

  /** What the queue is made of is written asynchronously, so that a broker that lost its power brings back parts of it. */
  async #mendConsumers(): Promise<void> {
    const { connection, log } = this.#context;
    const recreated = await recreateConsumersAhead(connection, 'WORK');
    if (recreated.length > 0) log.warn({ consumers: recreated }, 'the queue has lost its newest messages');
  }

  async #mendQueue(dispatcher: Dispatcher): Promise<void> {
    try {
      await this.#mendConsumers();
      await deadLetterForgotten(this.#context, (...message) => dispatcher.needsMessage(...message));
    } catch (err) {
      // The broker is away; the next sweep tries again.
      this.#context.log.debug({ err }, 'the queue could not be looked through');
    }
  }

  async #keepAnchors() {
    const { rawStore: store, log } = this.#context;
    const onError = (err: unknown): null => {
      log.error({ err }, 'anchors are not kept');
      return null;
    };
    try {
      const keeper = await createAnchorKeeper({ store, file: anchorsFile(this.#context) });
      keeper.ended.catch(onError);
      return keeper;
    } catch (err) {
      return onError(err);
    }
  }

  /** Dispatches what is open, then what happens; ends when the lease does. */
  async #follow(open: OpenJobsInMemory, dispatcher: Dispatcher, from: number, signal: AbortSignal): Promise<void> {
    const { store, onAppended, log, metrics } = this.#context;
    const streams = openJobs.streams;
    let after = from;
    // What has ended in the meantime must not be released for a moment.
    for await (const commits of store.read<OpenJobEvent>({ after, streams, signal })) {
      open.apply(commits);
      after = commits.at(-1)?.position ?? after;
    }
    // Those that have begun hold their places before others are let in.
    const hasBegun = (id: string): boolean => dispatcher.hasBegun(open.get(id));
    const all = [...open.ids()].toSorted((a, b) => Number(hasBegun(b)) - Number(hasBegun(a)));
    for (const id of all) dispatcher.update(id, open.get(id));
    const waits = new QueueWaits();
    const unlisten = onAppended((commit) => {
      if (!isOfJob(commit)) return;
      for (const id of open.applyAhead(commit)) dispatcher.update(id, open.get(id));
    });
    try {
      while (!signal.aborted) {
        try {
          for await (const commits of store.read<OpenJobEvent>({ after, streams, follow: true, signal })) {
            after = commits.at(-1)?.position ?? after;
            for (const id of open.apply(commits)) dispatcher.update(id, open.get(id));
            for (const event of commits.flatMap(projectedEvents)) {
              countJobEvent(metrics, event, waits);
              logJobEnd(log, event);
            }
          }
        } catch (err) {
          // Another process may be newer: the lease is its own then.
          if (err instanceof EventStoreCorrupt || err instanceof EventUnknown) throw err;
          log.warn({ err }, 'dispatching waits for the store');
          await delay(storeRetryMs, undefined, { signal }).catch(() => {});
        }
      }
    } finally {
      unlisten();
    }
  }

  #serve<T>(connection: NatsConnection, subject: string, answer: (body: T) => unknown) {
    return connection.subscribe(subject, {
      callback: (error, message) => {
        if (!error) message.respond(JSON.stringify(answer(message.json<T>())));
      },
    });
  }
}

const isOfJob = (commit: RecordedCommit): commit is RecordedCommit<OpenJobEvent> =>
  /^(job|task|review)\./.test(commit.stream);
