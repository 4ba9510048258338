import { demandMs, places, serversAt, type Fleet, type JobCost, type Measured, type Place } from './model.ts';

export interface DayOptions {
  readonly jobs: number;
  /** The busiest moment of the day against its mean, from 1 to 2. */
  readonly peak: number;
  readonly random: () => number;
}

export interface PlaceResult {
  readonly place: Place;
  /** Of its servers' time in the busiest hour. */
  readonly busy: number;
  readonly waitP95Ms: number;
  /** Jobs that wait there at the worst moment. */
  readonly waitingMax: number;
}

export interface DayResult {
  readonly places: readonly PlaceResult[];
  readonly totalP50Ms: number;
  readonly totalP95Ms: number;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Where a number lies in a list that is sorted. */
const quantile = (sorted: Float64Array, q: number): number => sorted[Math.floor(q * (sorted.length - 1))] ?? 0;

/** Times of a day with one quiet and one busy half: a Poisson process whose rate is a cosine, by thinning. */
const arrivals = ({ jobs, peak, random }: DayOptions): Float64Array => {
  const times = new Float64Array(jobs);
  for (let i = 0; i < jobs;) {
    const at = random() * dayMs;
    const rate = 1 - (peak - 1) * Math.cos((2 * Math.PI * at) / dayMs);
    if (random() * peak < rate) times[i++] = at;
  }
  return times.toSorted();
};

/** The least of the times at which servers are free, in place of which the next one is put. */
class Servers {
  readonly #freeAt: Float64Array;

  constructor(count: number) {
    this.#freeAt = new Float64Array(count);
  }

  /** Starts a work at the earliest time from then on, and gives that time. */
  start(from: number, ms: number): number {
    const heap = this.#freeAt;
    const begun = Math.max(from, heap[0] as number);
    const freeAt = begun + ms;
    let at = 0;
    for (;;) {
      let least = 2 * at + 1;
      if (least >= heap.length) break;
      if (least + 1 < heap.length && (heap[least + 1] as number) < (heap[least] as number)) least++;
      if ((heap[least] as number) >= freeAt) break;
      heap[at] = heap[least] as number;
      at = least;
    }
    heap[at] = freeAt;
    return begun;
  }
}

/** The most that had come and not begun, at any moment. */
const mostWaiting = (came: Float64Array, began: Float64Array): number => {
  const starts = began.toSorted();
  let [most, started] = [0, 0];
  for (const [i, at] of came.entries()) {
    while (started < starts.length && (starts[started] as number) <= at) started++;
    most = Math.max(most, i + 1 - started);
  }
  return most;
};

/** Everybody in turn, in the order of coming; a server that is free takes the next (G/G/c, first come first served). */
const pass = (came: Float64Array, ms: (i: number) => number, servers: number): Float64Array => {
  const free = new Servers(servers);
  return came.map((at, i) => free.start(at, ms(i)));
};

/** One day of a fleet: each job comes by every place in turn. */
export const simulateDay = (measured: Measured, fleet: Fleet, options: DayOptions): DayResult => {
  const kinds = Object.values(measured.jobs);
  const drawn = (): JobCost => {
    let left = options.random();
    return kinds.find(({ share }) => (left -= share) < 0) ?? (kinds.at(-1) as JobCost);
  };
  const first = arrivals(options);
  let order = Uint32Array.from(first.keys());
  let times = first;
  const jobs = Array.from(first, drawn);
  const results: PlaceResult[] = [];
  for (const place of places) {
    const servers = serversAt(place, fleet);
    const needs = (i: number): number => demandMs(place, jobs[order[i] as number] as JobCost, measured);
    const began = pass(times, needs, servers);
    const waits = began.map((at, i) => at - (times[i] as number)).toSorted();
    const hours = new Float64Array(24 * 4);
    for (const [i, at] of began.entries()) {
      const hour = Math.floor(at / hourMs);
      if (hour < hours.length) hours[hour] = (hours[hour] as number) + needs(i);
    }
    results.push({
      place,
      busy: Math.max(...hours) / (servers * hourMs),
      waitP95Ms: quantile(waits, 0.95),
      waitingMax: mostWaiting(times, began),
    });
    const left = began.map((at, i) => at + needs(i));
    const byTime = Uint32Array.from(left.keys()).toSorted((a, b) => (left[a] as number) - (left[b] as number));
    order = byTime.map((i) => order[i] as number);
    times = Float64Array.from(byTime, (i) => left[i] as number);
  }
  const totals = times.map((at, i) => at - (first[order[i] as number] as number)).toSorted();
  return { places: results, totalP50Ms: quantile(totals, 0.5), totalP95Ms: quantile(totals, 0.95) };
};
