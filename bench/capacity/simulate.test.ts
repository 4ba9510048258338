import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../e2e/faults/random.ts';
import { jobsPerDayMax, type Measured } from './model.ts';
import { simulateDay } from './simulate.ts';

const free = { gateway: 0, job: 0, worker: 0, storage: 0, webhook: 0 };
const workOf = (ms: number): Measured => ({
  measuredAt: '',
  machine: '',
  appendMs: 0,
  jobs: { only: { share: 1, cpuMs: { ...free, worker: ms }, commits: 0, eventBytes: 0, outputBytes: 0 } },
});
const one = { gateway: 1, job: 1, worker: 1, storage: 1, webhook: 1 };
const jobs = 60_000;
const dayMs = 86_400_000;
const workerOf = (result: ReturnType<typeof simulateDay>) => result.places.find(({ place }) => place === 'worker');

describe('a simulated day', () => {
  it('waits as the theory of queues says (M/D/1: P95 and the mean time in a queue half full)', () => {
    const ms = (0.5 * dayMs) / jobs;
    const { waitP95Ms, busy } =
      workerOf(simulateDay(workOf(ms), one, { jobs, peak: 1, random: seededRandom(1) })) ?? {};
    expect(busy).toBeGreaterThan(0.48);
    expect(busy).toBeLessThan(0.53);
    // M/D/1 at half load: P(W <= t) is 0.5 e^(t/2) up to one service and 0.5 (e^(t/2) - (t-1)/2 e^((t-1)/2)) up to two.
    const p = (t: number): number =>
      t < 1 ? 0.5 * Math.exp(t / 2) : 0.5 * (Math.exp(t / 2) - ((t - 1) / 2) * Math.exp((t - 1) / 2));
    expect(p((waitP95Ms ?? 0) / ms)).toBeCloseTo(0.95, 2);
  });

  it('has no queue where servers are plenty, and one that grows where they are too few', () => {
    const ms = (2 * dayMs) / jobs;
    const day = (worker: number) =>
      simulateDay(workOf(ms), { ...one, worker }, { jobs, peak: 1, random: seededRandom(2) });
    expect(workerOf(day(20))?.waitP95Ms).toBe(0);
    expect(workerOf(day(1))?.waitingMax).toBeGreaterThan(jobs / 3);
    expect(workerOf(day(1))?.busy).toBeCloseTo(1, 3);
  });

  it('is busiest in its middle, as much as the peak says', () => {
    const ms = (0.2 * dayMs) / jobs;
    const { busy } = workerOf(simulateDay(workOf(ms), one, { jobs, peak: 2, random: seededRandom(3) })) ?? {};
    expect(busy).toBeGreaterThan(0.37);
    expect(busy).toBeLessThan(0.42);
    expect(jobsPerDayMax('worker', workOf(ms), one, 2)).toBeCloseTo(jobs / 0.2 / 2, 0);
  });
});
