import { listen } from '@ffapi/bus';
import type { ProgressFrame } from '@ffapi/contracts';
import type { ServiceContext } from '@ffapi/service-kit';
import { ProgressBook, readStorySoFar, shownProgress, foldHistory, type ShownProgress } from '@ffapi/job-view';
import { takesEvent, type EndpointDocument } from '../endpoints/index.ts';
import type { DeliveryDocument, CallOutcome } from '../send/index.ts';
import type { JobOwners } from './job-owners.state.ts';

type ProgressCall = Pick<
  DeliveryDocument,
  'deliveryId' | 'webhookId' | 'apiKeyId' | 'event' | 'timestamp' | 'target' | 'payload' | 'traceparent'
>;

export interface ProgressPorts {
  readonly context: Pick<ServiceContext, 'connection' | 'newId' | 'now' | 'log' | 'store'>;
  readonly owners: JobOwners;
  readonly endpointsOf: (apiKeyId: string) => readonly EndpointDocument[];
  readonly call: (call: ProgressCall, endpoint: EndpointDocument, attempt: number) => Promise<CallOutcome>;
}

const everyMs = 5_000;
const atOnceMax = 32;
const rememberedMax = 10_000;

/**
 * Tells how far jobs are: at most every five seconds a job, one call at a time to an endpoint, from slots of its own.
 * What finds none free is not told: the next frame says more.
 */
export class ProgressNotifier {
  readonly #ports: ProgressPorts;
  readonly #toldAtMs = new Map<string, number>();
  readonly #busy = new Set<string>();
  readonly #progress = new ProgressBook();
  readonly #stop: () => void;

  constructor(ports: ProgressPorts) {
    this.#ports = ports;
    const { connection, log } = ports.context;
    const subscription = listen<ProgressFrame>(connection, 'progress.*', (frame) => {
      this.#progress.note(frame);
      this.#tell(frame).catch((err: unknown) => log.warn({ err, jobId: frame.jobId }, 'progress'));
    });
    this.#stop = () => subscription.unsubscribe();
  }

  stop(): void {
    this.#stop();
  }

  async #tell(frame: ProgressFrame): Promise<void> {
    const owner = await this.#ports.owners.of(frame.jobId);
    if (!owner) return;
    const takers = this.#ports
      .endpointsOf(owner.apiKeyId)
      .filter(({ isEnabled, events }) => isEnabled && takesEvent(events, 'job.progress'));
    await Promise.all(takers.map((endpoint) => this.#call(endpoint, owner.operation, frame)));
  }

  /** Whether it is this endpoint's turn to be told of the job. */
  #isTurn(webhookId: string, jobId: string): boolean {
    const turn = `${webhookId} ${jobId}`;
    const nowMs = performance.now();
    const isSoon = nowMs - (this.#toldAtMs.get(turn) ?? -everyMs) < everyMs;
    if (isSoon || this.#busy.has(webhookId) || this.#busy.size >= atOnceMax) return false;
    this.#toldAtMs.delete(turn);
    this.#toldAtMs.set(turn, nowMs);
    const [oldest] = this.#toldAtMs.keys();
    if (this.#toldAtMs.size > rememberedMax && oldest !== undefined) this.#toldAtMs.delete(oldest);
    return true;
  }

  /** How far the whole job is: what its events say is done, and what workers have told of the rest. */
  async #shown(jobId: string): Promise<ShownProgress> {
    const job = foldHistory(await readStorySoFar(this.#ports.context.store, jobId));
    return shownProgress(job?.tasks ?? [], this.#progress.of(jobId), job?.progress.at(-1)?.percent);
  }

  async #call(endpoint: EndpointDocument, type: string, frame: ProgressFrame): Promise<void> {
    const { webhookId, apiKeyId, target } = endpoint;
    if (!this.#isTurn(webhookId, frame.jobId)) return;
    this.#busy.add(webhookId);
    const { jobId, at } = frame;
    const progress = await this.#shown(jobId).catch((error: unknown) => {
      this.#busy.delete(webhookId);
      throw error;
    });
    const call = {
      deliveryId: this.#ports.context.newId('dlv'),
      webhookId,
      apiKeyId,
      event: 'job.progress',
      timestamp: at,
      target,
      payload: { inline: { job_id: jobId, type, status: 'running', progress } },
      traceparent: null,
    } as const;
    await this.#ports.call(call, endpoint, 1).finally(() => this.#busy.delete(webhookId));
  }
}
