import type { CountedQuota, KeyEvent } from '@ffapi/contracts';
import type { Reading } from './reading.ts';

const hourMs = 3_600_000;
/** How long a warning holds; that of storage is given once a day. */
const periodMs: Readonly<Record<CountedQuota, number>> = {
  max_jobs_per_hour: hourMs,
  max_jobs_per_day: 24 * hourMs,
  max_storage_mb: 24 * hourMs,
};

interface QuotaUse {
  readonly keyId: string;
  readonly quota: CountedQuota;
  readonly used: number;
  readonly limit: number;
  readonly untilMs: number;
}

/** What was warned of last, by key and quota, of those whose period may not be over. */
export type QuotaUses = ReadonlyMap<string, QuotaUse>;

/** Quotas of keys as their events tell of them: when much was used, when more was allowed, when a key was revoked. */
export const afterKeyEvent = (uses: QuotaUses, { type, data }: KeyEvent): QuotaUses => {
  switch (type) {
    case 'KeyQuotaNearlyUsed':
    case 'KeyQuotaExceeded': {
      const { periodStart, ...use } = data;
      const startMs = Date.parse(periodStart);
      const current = [...uses].filter(([, { untilMs }]) => untilMs > startMs);
      return new Map(current).set(`${use.keyId}/${use.quota}`, { ...use, untilMs: startMs + periodMs[use.quota] });
    }
    case 'KeyQuotaSet':
      return new Map(
        [...uses].flatMap(([subject, use]) => {
          const limit = use.keyId === data.keyId ? data.quota[use.quota] : use.limit;
          return limit === null ? [] : [[subject, { ...use, limit }]];
        }),
      );
    case 'KeyRevoked':
      return new Map([...uses].filter(([, { keyId }]) => keyId !== data.keyId));
    default:
      return uses;
  }
};

/** How much of its quotas each key has used, of those whose period is not over. */
export const quotaReadings = (uses: QuotaUses, nowMs: number): Reading[] =>
  [...uses]
    .filter(([, { untilMs }]) => untilMs > nowMs)
    .map(([subject, { used, limit }]) => ({
      subject,
      value: limit > 0 ? used / limit : 1,
      samples: 1,
      details: { used, limit },
    }));
