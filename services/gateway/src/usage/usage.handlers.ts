import { stringify } from 'csv-stringify/sync';
import type { Collection } from '@ffapi/read-model';
import { periodsBetween, usageOf, type UsagePeriod, type UsageRow, type UsedHour } from './usage.ts';
import type { HourDocument } from './analytics.projection.ts';
import type { StorageHour } from './storage-hours.projection.ts';
import { type KeyDirectory, adminKeyId } from '../access/index.ts';
import type { ServiceContext } from '@ffapi/service-kit';
import { spanOf, queryError, RequestRefused, type CallOf, type HandlersFor, type Slice } from '../requests/index.ts';
import { isOwn } from '../keys/index.ts';

export interface UsageReads {
  readonly hours: Collection<HourDocument>;
  readonly storageHours: Collection<StorageHour>;
  /** Resolves when both hold what clients of this process may know of. */
  caughtUp(): Promise<void>;
}

export interface UsagePorts {
  readonly context: ServiceContext;
  readonly keys: KeyDirectory;
  readonly reads: UsageReads;
}

const dayMs = 86_400_000;
const periodsMax = 10_000;
const spanMs: Readonly<Record<UsagePeriod, number>> = { hour: dayMs, day: 30 * dayMs, month: 365 * dayMs };

type Hourly = Readonly<Record<string, unknown>> & { readonly hour: string };

async function* allHours<D extends Hourly>(collection: Collection<D>, apiKeyId: string): AsyncGenerator<D> {
  let after: string | undefined;
  do {
    const page = await collection.find({ where: { apiKeyId }, sort: 'hour', after, limit: 500 });
    for (const { document } of page.documents) yield document;
    after = page.next ?? undefined;
  } while (after !== undefined);
}

const usedHours = async ({ reads }: UsagePorts, keyId: string): Promise<UsedHour[]> => {
  const used: UsedHour[] = [];
  for await (const { hour, submitted } of allHours(reads.hours, keyId)) used.push({ hour, jobs: submitted, bytes: 0 });
  for await (const { hour, storedBytes, deletedBytes } of allHours(reads.storageHours, keyId))
    used.push({ hour, jobs: 0, bytes: storedBytes - deletedBytes });
  return used;
};

const refuseQuery = (field: string, message: string): never => {
  throw new RequestRefused('invalid_request', {
    errors: [queryError(field, 'out_of_range', message)],
  });
};

const periodsOf = ({ query }: CallOf<'get_usage'>, now: string): { starts: string[]; period: UsagePeriod } => {
  const { period, from: after = query.created_after, to: before = query.created_before } = query;
  const { from, to } = spanOf({ after, before }, { now, usualMs: spanMs[period] });
  if (from >= to) refuseQuery('from', 'must be before to');
  if ((Date.parse(to) - Date.parse(from)) / 3_600_000 > periodsMax * (period === 'hour' ? 1 : 24))
    refuseQuery('from', `at most ${periodsMax} periods are told at once`);
  return { starts: periodsBetween(from, to, period), period };
};

const csvOf = (rows: readonly UsageRow[]): string =>
  stringify([...rows], { header: true, columns: ['period_start', 'jobs_count', 'storage_used_mb'] });

/** What a key has used, by period, as JSON or for a spreadsheet. */
export const openUsage = (ports: UsagePorts): Slice<HandlersFor<'get_usage'>> => ({
  handlers: {
    get_usage: async (call) => {
      const keyId = call.params.id;
      const isFirstAdmin = keyId === adminKeyId && call.caller.isAdmin;
      const { ring } = ports.keys;
      if (!isFirstAdmin && !(ring.get(keyId) && isOwn(call, ring, keyId))) throw new RequestRefused('key_not_found');
      const { starts, period } = periodsOf(call, ports.context.now());
      await ports.reads.caughtUp();
      const rows = usageOf(await usedHours(ports, keyId), starts, period);
      if (call.query.format !== 'csv') return { body: { period, data: rows } };
      return {
        headers: {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': 'attachment; filename="usage.csv"',
        },
        body: csvOf(rows),
      };
    },
  },
});
