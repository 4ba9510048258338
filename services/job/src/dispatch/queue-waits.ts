import type { ProjectedEvent } from '@ffapi/es';
import type { OpenJobEvent } from '../jobs/index.ts';

/** How long jobs waited for their first task to start. */
export class QueueWaits {
  readonly #acceptedAt = new Map<string, string>();

  /** The wait in milliseconds that an event ends, or `null`. */
  end({ event, occurredAt }: ProjectedEvent<OpenJobEvent>): number | null {
    const { jobId } = event.data;
    if (event.type === 'JobAccepted') this.#acceptedAt.set(jobId, occurredAt);
    const acceptedAt = this.#acceptedAt.get(jobId);
    if (acceptedAt === undefined || event.type === 'JobAccepted') return null;
    if (event.type !== 'TaskStarted' && !event.type.startsWith('Job')) return null;
    this.#acceptedAt.delete(jobId);
    return event.type === 'TaskStarted' ? Math.max(0, Date.parse(occurredAt) - Date.parse(acceptedAt)) : null;
  }
}
