import type { Quota } from '@ffapi/contracts';
import { dayOf, hourOf } from '../requests/index.ts';

type Limits = Pick<Quota, 'max_jobs_per_hour' | 'max_jobs_per_day'>;
export type SubmitQuota = keyof Limits;

/** How many jobs a key has submitted in the hour and the day that run, by the clock in UTC. */
export interface SubmitCount {
  readonly hour: string;
  readonly inHour: number;
  readonly day: string;
  readonly inDay: number;
  /** Counted, and not yet known to be stored: job id and when it was counted. */
  readonly open: Readonly<Record<string, string>>;
  /** Refusals in this hour. */
  readonly refused: number;
}

export interface QuotaUse {
  readonly quota: SubmitQuota;
  readonly used: number;
  readonly limit: number;
  readonly periodStart: string;
}

export type Counted =
  | { readonly isAdmitted: true; readonly count: SubmitCount; readonly nearlyUsed: readonly QuotaUse[] }
  | { readonly isAdmitted: false; readonly count: SubmitCount; readonly exceeded: QuotaUse };

/** A count that nothing is known of but what was found in history. */
export const countFrom = (now: string, inHour: number, inDay: number): SubmitCount => ({
  hour: hourOf(now),
  inHour,
  day: dayOf(now),
  inDay,
  open: {},
  refused: 0,
});

/** The count as of now: an hour and a day that are over count no more. */
export const atTime = (count: SubmitCount, now: string): SubmitCount => {
  const isSameHour = count.hour === hourOf(now);
  const isSameDay = count.day === dayOf(now);
  return {
    ...count,
    hour: hourOf(now),
    inHour: isSameHour ? count.inHour : 0,
    refused: isSameHour ? count.refused : 0,
    day: dayOf(now),
    inDay: isSameDay ? count.inDay : 0,
  };
};

/** A warning is due when this share of a quota is reached. */
const warnAt = 0.8;

const usesOf = (count: SubmitCount, limits: Limits): QuotaUse[] => {
  const uses = [
    { quota: 'max_jobs_per_hour', used: count.inHour, limit: limits.max_jobs_per_hour, periodStart: count.hour },
    { quota: 'max_jobs_per_day', used: count.inDay, limit: limits.max_jobs_per_day, periodStart: count.day },
  ] as const;
  return uses.flatMap((use) => (use.limit === null ? [] : [{ ...use, limit: use.limit }]));
};

/** Counts one more job, or refuses it. */
export const countOne = (before: SubmitCount, jobId: string, now: string, limits: Limits): Counted => {
  const count = atTime(before, now);
  const exceeded = usesOf(count, limits).find(({ used, limit }) => used >= limit);
  if (exceeded) return { isAdmitted: false, count: { ...count, refused: count.refused + 1 }, exceeded };
  const next = {
    ...count,
    inHour: count.inHour + 1,
    inDay: count.inDay + 1,
    open: { ...count.open, [jobId]: now },
  };
  const nearlyUsed = usesOf(next, limits).filter(({ used, limit }) => used === Math.ceil(limit * warnAt));
  return { isAdmitted: true, count: next, nearlyUsed };
};

/** What was counted and is stored needs no watching. */
export const stored = (count: SubmitCount, jobIds: Iterable<string>): SubmitCount => {
  const known = new Set(jobIds);
  return { ...count, open: Object.fromEntries(Object.entries(count.open).filter(([jobId]) => !known.has(jobId))) };
};

/** A job that was counted and never came to be. */
export const uncount = (count: SubmitCount, jobId: string): SubmitCount => {
  const at = count.open[jobId];
  if (at === undefined) return count;
  return {
    ...stored(count, [jobId]),
    inHour: count.inHour - (hourOf(at) === count.hour ? 1 : 0),
    inDay: count.inDay - (dayOf(at) === count.day ? 1 : 0),
  };
};

/** Ids counted so long ago that their jobs are stored, or never will be. */
export const overdue = ({ open }: SubmitCount, before: string): string[] =>
  Object.entries(open).flatMap(([jobId, at]) => (at < before ? [jobId] : []));
