import { keyAggregate, type AlertMetric, type AlertRule, type KeyEvent } from '@ffapi/contracts';
import { followIntoMemory, type Running, type ServiceContext } from '@ffapi/service-kit';
import { failureRate } from './failure-rate.ts';
import { afterKeyEvent, quotaReadings, type QuotaUses } from './quota-use.ts';
import { platform, type Reading } from './reading.ts';
import { followJobEnds } from './follow-job-ends.consumer.ts';

const bytesPerMb = 1024 * 1024;
const questionMs = 1_500;

/** What a rule looks at, now; `null`: it cannot be known, and that says nothing. */
export type TakeReadings = (rule: AlertRule, nowMs: number) => Promise<readonly Reading[] | null>;

const reading = (value: number, details: Readonly<Record<string, number>> = {}): readonly Reading[] => [
  { subject: platform, value, samples: 1, details },
];

/** Reads the figures of rules: from the events of jobs and keys, from the job service, from where files are stored. */
export const openReadings = async (
  context: ServiceContext,
  windowMsMax: number,
): Promise<Running & { readonly take: TakeReadings }> => {
  let uses: QuotaUses = new Map();
  const keys = await followIntoMemory<KeyEvent>(context, {
    streams: [keyAggregate.pattern],
    apply: (commits) => {
      uses = commits.flatMap(({ events }) => events).reduce(afterKeyEvent, uses);
    },
  });
  const jobs = await followJobEnds(context, Date.parse(context.now()) - windowMsMax);

  const takers: Readonly<Record<AlertMetric, TakeReadings>> = {
    job_failure_rate: async ({ windowSeconds }, nowMs) => {
      return [failureRate(jobs.since(nowMs - windowMsMax), nowMs - windowSeconds * 1000)];
    },
    queue_depth: async () => {
      const { pending, isKnown } = await context.request('job.workers', {}, questionMs);
      return isKnown
        ? reading(
            Object.values(pending).reduce((sum, waiting) => sum + waiting, 0),
            pending,
          )
        : null;
    },
    free_disk_space_mb: async () => reading(Math.floor((await context.blobs.freeBytes()) / bytesPerMb)),
    quota_used_ratio: async (_, nowMs) => quotaReadings(uses, nowMs),
  };

  return {
    take: async (rule, nowMs) => {
      try {
        return await takers[rule.metric](rule, nowMs);
      } catch (err) {
        context.log.warn({ err, metric: rule.metric }, 'a figure cannot be had');
        return null;
      }
    },
    stop: async () => {
      await Promise.all([jobs.stop(), keys.stop()]);
    },
  };
};
