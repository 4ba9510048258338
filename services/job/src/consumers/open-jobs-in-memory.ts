import type { JobEvent, TaskEvent } from '@ffapi/contracts';
import type { ProjectedEvent } from '@ffapi/es';
import type { Collection } from '@ffapi/read-model';
import { openJobs, type OpenJob } from '../projections/open-jobs.projection.ts';

interface Known {
  readonly position: number;
  readonly job: OpenJob;
}

const pageSize = 500;

/**
 * The open jobs as the newest events leave them: what is dispatched does not wait until it is written down. The
 * written ones are where this begins after a restart.
 */
export class OpenJobsInMemory {
  readonly #known = new Map<string, Known>();

  /** Takes the written jobs; events that they hold already are passed over later. */
  async load(jobs: Pick<Collection<OpenJob>, 'scan'>): Promise<void> {
    let after: string | null = null;
    for (;;) {
      const page = await jobs.scan(after, pageSize);
      for (const { id, position, document: job } of page) this.#known.set(id, { position, job });
      if (page.length < pageSize) return;
      after = page.at(-1)?.id ?? null;
    }
  }

  /** Folds the events and gives the ids of the jobs that they changed. */
  apply(events: readonly ProjectedEvent<JobEvent | TaskEvent>[]): Set<string> {
    const changed = new Set<string>();
    for (const event of events) {
      for (const id of openJobs.keys(event)) {
        const known = this.#known.get(id);
        if (known && event.position <= known.position) continue;
        const job = openJobs.evolve(known?.job ?? null, event, id);
        // A commit's events share a position: the document stands behind the commit, not inside it.
        if (job) this.#known.set(id, { position: event.position - 1, job });
        else this.#known.delete(id);
        changed.add(id);
      }
    }
    return changed;
  }

  get(id: string): OpenJob | null {
    return this.#known.get(id)?.job ?? null;
  }

  ids(): Iterable<string> {
    return this.#known.keys();
  }
}
