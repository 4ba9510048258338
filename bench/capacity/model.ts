/** What one job of a kind costs, measured on a platform of one process for each service. */
export interface JobCost {
  /** Of all jobs. */
  readonly share: number;
  /** CPU milliseconds by service, tools included. */
  readonly cpuMs: Readonly<Record<Station, number>>;
  readonly commits: number;
  readonly eventBytes: number;
  readonly outputBytes: number;
}

export interface Measured {
  readonly measuredAt: string;
  readonly machine: string;
  /** Milliseconds of the event store for each commit when many come at once. */
  readonly appendMs: number;
  readonly jobs: Readonly<Record<string, JobCost>>;
}

export type Station = 'gateway' | 'job' | 'worker' | 'storage' | 'webhook';
export type Place = Station | 'events';

/** In the order in which a job comes by. */
export const places: readonly Place[] = ['gateway', 'events', 'job', 'worker', 'storage', 'webhook'];

/** How many of each there are: one core each, and one event store. */
export type Fleet = Readonly<Record<Station, number>>;

/** What scales by adding more, and what is one at a time with others that take over. */
export const scaling: Readonly<Record<Place, string>> = {
  gateway: 'more processes',
  events: 'a faster disk, or KurrentDB; one writes',
  job: 'one leads: a faster core',
  worker: 'more nodes',
  storage: 'a faster core and network: one keeps the bytes',
  webhook: 'one sends: a faster core',
};

export const serversAt = (place: Place, fleet: Fleet): number => (place === 'events' ? 1 : fleet[place]);

/** Milliseconds of a server's time that a job takes. */
export const demandMs = (place: Place, job: JobCost, { appendMs }: Measured): number =>
  place === 'events' ? job.commits * appendMs : job.cpuMs[place];

/** The mean over all kinds. */
export const meanDemandMs = (place: Place, measured: Measured): number =>
  Object.values(measured.jobs).reduce((sum, job) => sum + job.share * demandMs(place, job, measured), 0);

const dayMs = 86_400_000;

/** Jobs a day with which a place has no time left in the busiest hour. */
export const jobsPerDayMax = (place: Place, measured: Measured, fleet: Fleet, peak: number): number =>
  (serversAt(place, fleet) * dayMs) / meanDemandMs(place, measured) / peak;
