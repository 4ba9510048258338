import { jobStream, type JobAcceptedData, type JobEvent, type WebhookTarget } from '@ffapi/contracts';
import type { EventStore } from '@ffapi/es';

export interface JobOwner {
  readonly apiKeyId: string;
  readonly operation: string;
  /** The job's own webhook_url. */
  readonly webhook: WebhookTarget | null;
}

const rememberedMax = 10_000;

/** Whose job it is and where it wants to be told: of jobs accepted lately from memory, of others from their first event. */
export class JobOwners {
  readonly #store: EventStore;
  readonly #known = new Map<string, JobOwner>();

  constructor(store: EventStore) {
    this.#store = store;
  }

  note({ jobId, apiKeyId, operation, webhook }: JobAcceptedData): void {
    this.#known.set(jobId, { apiKeyId, operation, webhook });
    const [oldest] = this.#known.keys();
    if (this.#known.size > rememberedMax && oldest !== undefined) this.#known.delete(oldest);
  }

  async of(jobId: string): Promise<JobOwner | null> {
    const known = this.#known.get(jobId);
    if (known) return known;
    const { commits } = await this.#store.load<JobEvent>(jobStream(jobId));
    const [first] = commits[0]?.events ?? [];
    if (first?.type !== 'JobAccepted') return null;
    this.note(first.data);
    return this.#known.get(jobId) ?? null;
  }
}
