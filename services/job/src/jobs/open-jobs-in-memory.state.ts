import { projectedEvents, type RecordedCommit } from '@ffapi/es';
import { scanAll, type Collection } from '@ffapi/read-model';
import { openJobs, type OpenJob, type OpenJobEvent } from './open-jobs.projection.ts';

interface Known {
  readonly job: OpenJob;
  /** What was written down holds everything up to here. */
  readonly writtenTo: number;
  /** The newest commit folded, by stream; a stream is absent until a commit of it came. */
  readonly versions: ReadonlyMap<string, number>;
}

type Commit = RecordedCommit<OpenJobEvent>;

const nothing: Omit<Known, 'job'> = { writtenTo: 0, versions: new Map() };

/**
 * The open jobs as the newest commits leave them: what is dispatched does not wait until it is written down. The
 * written ones are where this begins after a restart.
 */
export class OpenJobsInMemory {
  readonly #known = new Map<string, Known>();

  /** Takes the written jobs; commits that they hold already are passed over later. */
  async load(jobs: Pick<Collection<OpenJob>, 'scan'>): Promise<void> {
    for await (const { id, position, document: job } of scanAll(jobs))
      this.#known.set(id, { ...nothing, writtenTo: position, job });
  }

  /** Folds commits as the store orders them, passing over those known already; gives the ids of the jobs they changed. */
  apply(commits: readonly Commit[]): Set<string> {
    return new Set(commits.filter((commit) => this.#isNew(commit)).flatMap((commit) => [...this.#fold(commit)]));
  }

  /**
   * Folds a commit that the store has yet to tell of, when nothing of its stream is missing before it; gives the ids of
   * the jobs it changed.
   */
  applyAhead(commit: Commit): Set<string> {
    const { version, stream } = commit;
    const isNext = jobIds(commit).every((id) => version === (this.#known.get(id)?.versions.get(stream) ?? 0) + 1);
    return isNext && this.#isNew(commit) ? this.#fold(commit) : new Set();
  }

  get(id: string): OpenJob | null {
    return this.#known.get(id)?.job ?? null;
  }

  ids(): Iterable<string> {
    return this.#known.keys();
  }

  #isNew(commit: Commit): boolean {
    return jobIds(commit).every((id) => {
      const { writtenTo, versions } = this.#known.get(id) ?? nothing;
      return commit.position > writtenTo && commit.version > (versions.get(commit.stream) ?? 0);
    });
  }

  #fold(commit: Commit): Set<string> {
    const changed = new Set<string>();
    for (const event of projectedEvents(commit)) {
      for (const id of openJobs.keys(event)) {
        const { job: before = null, writtenTo, versions } = this.#known.get(id) ?? { ...nothing, job: undefined };
        const job = openJobs.evolve(before, event, id);
        if (job)
          this.#known.set(id, { job, writtenTo, versions: new Map(versions).set(commit.stream, commit.version) });
        else this.#known.delete(id);
        changed.add(id);
      }
    }
    return changed;
  }
}

const jobIds = (commit: Commit): string[] => commit.events.map(({ data }) => data.jobId);
