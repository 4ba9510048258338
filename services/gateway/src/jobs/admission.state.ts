import type { KV } from '@nats-io/kv';
import { changeEntry, openBucket } from '@ffapi/bus';
import { suspendForQuota, recordQuotaEvent, type KeyRing } from '@ffapi/api-keys';
import { jobStream } from '@ffapi/contracts';
import { Refusal } from '@ffapi/es';
import type { ServiceContext } from '@ffapi/service-kit';
import { RequestRefused } from '../requests/index.ts';
import {
  atTime,
  countFrom,
  countOne,
  overdue,
  stored,
  uncount,
  type Counted,
  type QuotaUse,
  type SubmitCount,
} from './submit-count.ts';

export interface AdmissionPorts {
  readonly context: ServiceContext;
  readonly ring: KeyRing;
  /** Jobs of a key in the hour and day that run, from history: where counting begins when nothing is counted. */
  readonly history: (keyId: string, now: string) => Promise<{ inHour: number; inDay: number }>;
}

/** After this a job that was counted is stored, or never will be. */
const openMs = 60_000;
const hourMs = 3_600_000;

/** Hourly and daily quotas: counted for all replicas in one entry a key, before a job is written down. */
export class Admission {
  readonly #ports: AdmissionPorts;
  readonly #bucket: KV;
  /** Calls of one key take turns here, so that they do not race each other for the entry. */
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #stored = new Map<string, Set<string>>();

  private constructor(ports: AdmissionPorts, bucket: KV) {
    this.#ports = ports;
    this.#bucket = bucket;
  }

  static async open(ports: AdmissionPorts): Promise<Admission> {
    return new Admission(ports, await openBucket(ports.context.connection, 'QUOTA', { history: 1, ttl: 48 * hourMs }));
  }

  /** Makes a job with its place counted; a job that was refused takes none. */
  async admit<T>(keyId: string, jobId: string, make: () => Promise<T>): Promise<T> {
    const limits = this.#ports.ring.quotaOf(keyId);
    if (limits.max_storage_mb !== null) await this.#findRoom(keyId);
    if (limits.max_jobs_per_hour === null && limits.max_jobs_per_day === null) return make();
    await this.#count(keyId, jobId);
    try {
      const made = await make();
      this.#storedOf(keyId).add(jobId);
      return made;
    } catch (error) {
      // Whether it was stored after all is looked up when it is overdue.
      if (error instanceof Refusal) await this.#change(keyId, (count) => uncount(count, jobId));
      throw error;
    }
  }

  /** Jobs that a key has submitted in the hour and the day that run. */
  async useOf(keyId: string): Promise<Pick<SubmitCount, 'inHour' | 'inDay'>> {
    const now = this.#ports.context.now();
    const entry = await this.#bucket.get(keyId);
    return entry?.operation === 'PUT' ? atTime(entry.json<SubmitCount>(), now) : this.#fromHistory(keyId, now);
  }

  /** A job whose files could not be kept is not begun. */
  async #findRoom(keyId: string): Promise<void> {
    const { usedBytes, limitBytes } = await this.#ports.context.request('asset.use', { apiKeyId: keyId });
    if (limitBytes !== null && usedBytes >= limitBytes) throw new RequestRefused('quota_storage');
  }

  async #count(keyId: string, jobId: string): Promise<void> {
    const { ring, context } = this.#ports;
    let counted: Counted | null = null;
    await this.#change(keyId, (count, now) => {
      counted = countOne(count, jobId, now, ring.quotaOf(keyId));
      return counted.count;
    });
    const outcome = counted as Counted | null;
    if (outcome === null) return;
    if (outcome.isAdmitted) {
      for (const use of outcome.nearlyUsed) await recordQuotaEvent(context, keyId, 'KeyQuotaNearlyUsed', use);
      return;
    }
    const { exceeded, count } = outcome;
    await recordQuotaEvent(context, keyId, 'KeyQuotaExceeded', exceeded);
    const suspendAfter = ring.get(keyId)?.suspendAfter ?? Infinity;
    if (count.refused >= suspendAfter) await suspendForQuota(context, keyId, count.refused);
    throw quotaRefused(exceeded, context.now());
  }

  /** Changes the entry of a key by compare and set, one call at a time. */
  async #change(keyId: string, change: (count: SubmitCount, now: string) => SubmitCount): Promise<void> {
    const turn = (this.#turns.get(keyId) ?? Promise.resolve()).then(() => this.#swap(keyId, change));
    const settled = turn.catch(() => {});
    this.#turns.set(keyId, settled);
    await turn.finally(() => {
      if (this.#turns.get(keyId) === settled) this.#turns.delete(keyId);
    });
  }

  async #swap(keyId: string, change: (count: SubmitCount, now: string) => SubmitCount): Promise<void> {
    await changeEntry<SubmitCount>(this.#bucket, keyId, async (before) => {
      const now = this.#ports.context.now();
      const count = before ?? (await this.#fromHistory(keyId, now));
      return change(await this.#settle(stored(atTime(count, now), this.#storedOf(keyId)), now), now);
    });
    this.#stored.delete(keyId);
  }

  async #fromHistory(keyId: string, now: string): Promise<SubmitCount> {
    const { inHour, inDay } = await this.#ports.history(keyId, now);
    return countFrom(now, inHour, inDay);
  }

  /** Looks up what became of jobs whose maker was never heard of again. */
  async #settle(count: SubmitCount, now: string): Promise<SubmitCount> {
    let settled = count;
    for (const jobId of overdue(count, new Date(Date.parse(now) - openMs).toISOString())) {
      const { head } = await this.#ports.context.store.load(jobStream(jobId));
      settled = head ? stored(settled, [jobId]) : uncount(settled, jobId);
    }
    return settled;
  }

  #storedOf(keyId: string): Set<string> {
    const known = this.#stored.get(keyId) ?? new Set<string>();
    this.#stored.set(keyId, known);
    return known;
  }
}

const quotaRefused = ({ quota, used, limit, periodStart }: QuotaUse, now: string): RequestRefused => {
  const lengthMs = quota === 'max_jobs_per_hour' ? hourMs : 24 * hourMs;
  const retryAfterSeconds = Math.ceil((Date.parse(periodStart) + lengthMs - Date.parse(now)) / 1000);
  return new RequestRefused(quota === 'max_jobs_per_hour' ? 'quota_jobs_per_hour' : 'quota_jobs_per_day', {
    detail: `${used} of ${limit} jobs are used; more from ${new Date(Date.parse(periodStart) + lengthMs).toISOString()}.`,
    extra: { quota, used, limit },
    retryAfterSeconds,
  });
};
