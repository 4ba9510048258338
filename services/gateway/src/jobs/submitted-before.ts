import type { Collection } from '@ffapi/read-model';
import type { HourDocument } from '../usage/index.ts';
import { dayOf, hourOf } from '../requests/index.ts';

/** Jobs that a key has submitted in the hour and the day that run, from the projected counters. */
export const submittedBefore = async (
  hours: Pick<Collection<HourDocument>, 'get'>,
  keyId: string,
  now: string,
): Promise<{ inHour: number; inDay: number }> => {
  const [start, hour] = [dayOf(now), hourOf(now)];
  const starts = Array.from({ length: 24 }, (_, n) => new Date(Date.parse(start) + n * 3_600_000).toISOString());
  const documents = await Promise.all(starts.filter((at) => at <= hour).map((at) => hours.get(`${at} ${keyId}`)));
  const counts = documents.map((found) => found?.document.submitted ?? 0);
  return { inHour: counts.at(-1) ?? 0, inDay: counts.reduce((sum, count) => sum + count, 0) };
};
