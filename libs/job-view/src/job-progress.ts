import type { ProgressFrame, TaskKind } from '@ffapi/contracts';

/** One task of a job, as far as the progress of the whole needs it. */
export interface TaskPart {
  readonly n: number;
  readonly kind: TaskKind;
  readonly isDone: boolean;
}

/** What kinds of tasks weigh of a job's whole work; tasks of one kind share its weight. */
const weights: Readonly<Record<TaskKind, number>> = {
  ingest: 15,
  sample: 3,
  moderate: 4,
  operation: 80,
  plan: 80,
  publish: 3,
};

/** Only the end of the job is all of it. */
const percentMax = 99;

const rounded = (percent: number): number => Math.round(percent * 10) / 10;

/**
 * How far a job is, in percent of all its work: each task counts by its weight and by how far it is itself (`percentOf`,
 * 0 to 100). It rises with every task that goes on or is done.
 */
export const jobPercent = (tasks: readonly TaskPart[], percentOf: (n: number) => number): number => {
  const countOf = (kind: TaskKind): number => tasks.filter((task) => task.kind === kind).length;
  const kinds = [...new Set(tasks.map(({ kind }) => kind))];
  const total = kinds.reduce((sum, kind) => sum + weights[kind], 0);
  if (total === 0) return 0;
  const done = tasks.reduce((sum, { n, kind, isDone }) => {
    const part = isDone ? 100 : Math.min(100, Math.max(0, percentOf(n)));
    return sum + (weights[kind] / countOf(kind)) * part;
  }, 0);
  return Math.min(percentMax, rounded(done / total));
};

/** What workers have told of one job's tasks. */
export interface ToldProgress {
  /** The newest frame. */
  readonly latest: ProgressFrame;
  /** The furthest that each task has been, whatever the attempt. */
  readonly percents: ReadonlyMap<number, number>;
}

/** The furthest that tasks have been told to be, of the jobs told of lately. */
export class ProgressBook {
  readonly #jobs = new Map<string, { latest: ProgressFrame; readonly percents: Map<number, number> }>();
  readonly #jobsMax: number;

  constructor(jobsMax = 10_000) {
    this.#jobsMax = jobsMax;
  }

  of(jobId: string): ToldProgress | null {
    return this.#jobs.get(jobId) ?? null;
  }

  note(frame: ProgressFrame): ToldProgress {
    const { jobId, n, attempt, percent } = frame;
    const known = this.#jobs.get(jobId) ?? { latest: frame, percents: new Map<number, number>() };
    known.percents.set(n, Math.max(known.percents.get(n) ?? 0, percent));
    const { latest } = known;
    // A frame of an attempt before may come late.
    if (latest.n !== n || latest.attempt <= attempt) known.latest = frame;
    this.#jobs.delete(jobId);
    this.#jobs.set(jobId, known);
    const [oldest] = this.#jobs.keys();
    if (this.#jobs.size > this.#jobsMax && oldest !== undefined) this.#jobs.delete(oldest);
    return known;
  }

  forget(jobId: string): void {
    this.#jobs.delete(jobId);
  }
}

/** How far a job is, and what it does, as clients are shown it while it runs. */
export interface ShownProgress {
  readonly percent: number;
  readonly fps: number | null;
  readonly speed: number | null;
  readonly eta_seconds: number | null;
  readonly stage: string;
}

const stages: Readonly<Record<TaskKind, string>> = {
  ingest: 'download',
  sample: 'moderate',
  moderate: 'moderate',
  operation: 'starting',
  plan: 'starting',
  publish: 'publish',
};

/** The progress of a job that runs; `floor` is what was shown before, which it never falls below. */
export const shownProgress = (tasks: readonly TaskPart[], told: ToldProgress | null, floor = 0): ShownProgress => {
  const percent = Math.max(
    floor,
    jobPercent(tasks, (n) => told?.percents.get(n) ?? 0),
  );
  const isDone = (n: number): boolean => tasks.find((task) => task.n === n)?.isDone ?? false;
  const frame = told === null || isDone(told.latest.n) ? null : told.latest;
  const next = tasks.find((task) => !task.isDone);
  if (frame === null)
    return { percent, fps: null, speed: null, eta_seconds: null, stage: next ? stages[next.kind] : 'publish' };
  const { n, fps, speed, etaSeconds, stage } = frame;
  const kind = tasks.find((task) => task.n === n)?.kind;
  // When a download will have ended says nothing of the job.
  const isMain = kind === 'operation' || kind === 'plan';
  return { percent, fps, speed, eta_seconds: isMain ? etaSeconds : null, stage };
};
