import type { FailPoint } from '@ffapi/fail-points';
import { pick, rounds, type Random } from './random.ts';

/** What happens to the platform next, after a pause. */
export type Strike = { readonly waitMs: number; readonly target: string } & (
  | { readonly kind: 'kill' | 'roll' }
  | { readonly kind: 'freeze' | 'outage'; readonly ms: number }
  | { readonly kind: 'fail-point'; readonly point: FailPoint; readonly count: number }
);

export interface StrikeOptions {
  readonly random: Random;
  /** Processes by name; `nats` among them. */
  readonly targets: readonly string[];
  /** Processes that are never ended, only frozen: their memory is watched. */
  readonly spared: readonly string[];
  /** A fixed pace, or one of chance. */
  readonly everyMs: number | null;
}

const pauseMs = { min: 1_500, max: 4_500 };
/** Longer than a message and a lease wait for a sign of life: the frozen process comes back as one that was given up. */
const freezeMs = 8_000;
const outageMs = { min: 1_000, max: 6_000 };

const projection: readonly FailPoint[] = ['projection.before-write', 'projection.after-write'];
const worker: readonly FailPoint[] = [
  'worker.after-start',
  'worker.mid-run',
  'worker.after-output',
  'worker.before-append',
  'worker.after-append',
];

/** The named moments that a process of this service can reach. */
export const pointsOf: Readonly<Record<string, readonly FailPoint[]>> = {
  gateway: ['gateway.before-accept', 'gateway.after-accept', ...projection],
  job: [
    'job.before-accept-append',
    'job.after-accept-append',
    'job.before-release',
    'job.after-release',
    ...projection,
  ],
  storage: ['storage.before-publish-append', 'storage.after-publish-append', ...worker],
  transcode: worker,
  thumbnail: worker,
  webhook: ['webhook.before-send', 'webhook.after-send', 'webhook.after-record', ...projection],
};

export const serviceOf = (name: string): string => name.replace(/-\d+$/, '');

const between = (random: Random, { min, max }: { min: number; max: number }): number => min + random() * (max - min);

/** An endless schedule that follows from the seed alone: the same seed strikes the same processes in the same way. */
export function* strikes({ random, targets, spared, everyMs }: StrikeOptions): Generator<Strike, never> {
  const order = rounds(random, targets);
  for (;;) {
    const target = order.next().value;
    const waitMs = everyMs ?? between(random, pauseMs);
    const [chance, countChance, msChance, pointChance] = [random(), random(), random(), random()];
    const service = serviceOf(target);
    const canFreeze = service === 'job' || service === 'transcode';
    if (spared.includes(target)) {
      if (canFreeze && chance < 0.5) yield { kind: 'freeze', waitMs, target, ms: freezeMs };
    } else if (service === 'nats')
      yield chance < 0.5
        ? { kind: 'kill', waitMs, target }
        : { kind: 'outage', waitMs, target, ms: Math.round(between(() => msChance, outageMs)) };
    else if (canFreeze && chance < 0.3) yield { kind: 'freeze', waitMs, target, ms: freezeMs };
    else if (chance < 0.5) yield { kind: 'roll', waitMs, target };
    else if (chance < 0.75) {
      const points = pointsOf[service] as [FailPoint, ...FailPoint[]];
      yield {
        kind: 'fail-point',
        waitMs,
        target,
        point: pick(() => pointChance, points),
        count: 1 + Math.floor(countChance * 4),
      };
    } else yield { kind: 'kill', waitMs, target };
  }
}

export const describeStrike = (strike: Strike): string => {
  const { kind, target } = strike;
  if (kind === 'fail-point') return `${kind} ${strike.point}:${strike.count} in ${target}`;
  return 'ms' in strike ? `${kind} ${target} for ${(strike.ms / 1000).toFixed(1)} s` : `${kind} ${target}`;
};
