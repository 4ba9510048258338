import fc from 'fast-check';
import { taskKind, type ProgressFrame, type TaskKind } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { jobPercent, ProgressBook, shownProgress, type TaskPart } from './job-progress.ts';

const jobId = 'job_0000';
const parts = (...kinds: TaskKind[]): TaskPart[] => kinds.map((kind, n) => ({ n, kind, isDone: false }));
const done = (tasks: readonly TaskPart[], ...which: number[]): TaskPart[] =>
  tasks.map((task) => ({ ...task, isDone: task.isDone || which.includes(task.n) }));
const frame = (n: number, percent: number, more: Partial<ProgressFrame> = {}): ProgressFrame => ({
  jobId,
  n,
  attempt: 1,
  percent,
  fps: 25,
  speed: 1.5,
  etaSeconds: 7,
  stage: 'encode',
  at: '2026-11-30T00:00:00.000Z',
  ...more,
});

describe('the percent of a job', () => {
  const fetched = parts('ingest', 'operation', 'publish');

  it('weighs every task', () => {
    expect(jobPercent(fetched, () => 0)).toBe(0);
    expect(jobPercent(fetched, (n) => (n === 0 ? 74 : 0))).toBe(11.3);
    expect(jobPercent(done(fetched, 0), () => 0)).toBe(15.3);
    expect(jobPercent(done(fetched, 0), (n) => (n === 1 ? 50 : 0))).toBe(56.1);
    expect(jobPercent(done(fetched, 0, 1), () => 0)).toBe(96.9);
    expect(jobPercent(done(fetched, 0, 1, 2), () => 0)).toBe(99);
    expect(jobPercent([], () => 50)).toBe(0);
  });

  it('gives the inputs of a job one share together', () => {
    const many = parts('ingest', 'ingest', 'ingest', 'operation', 'publish');
    expect(jobPercent(done(many, 0, 1, 2), () => 0)).toBe(15.3);
    expect(jobPercent(done(many, 0), () => 0)).toBe(5.1);
  });

  it('is never more than 99 before the job has ended, nor less than 0, whatever is told', () => {
    expect(jobPercent(fetched, () => 1_000)).toBe(99);
    expect(jobPercent(fetched, () => -5)).toBe(0);
  });

  it('rises, whatever comes in which order: tasks side by side, attempts anew, frames that come late', () => {
    const step = fc.record({
      n: fc.nat(5),
      percent: fc.double({ min: 0, max: 100, noNaN: true }),
      attempt: fc.integer({ min: 1, max: 3 }),
      ends: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...taskKind.options), { minLength: 1, maxLength: 6 }),
        fc.array(step, { maxLength: 60 }),
        (kinds, steps) => {
          const book = new ProgressBook();
          let tasks = parts(...kinds);
          let before = 0;
          for (const { n, percent, attempt, ends } of steps) {
            if (n >= tasks.length) continue;
            book.note(frame(n, percent, { attempt }));
            if (ends) tasks = done(tasks, n);
            const shown = shownProgress(tasks, book.of(jobId)).percent;
            expect(shown).toBeGreaterThanOrEqual(before);
            expect(shown).toBeLessThanOrEqual(99);
            expect(shown).toBe(Math.round(shown * 10) / 10);
            before = shown;
          }
        },
      ),
    );
  });
});

describe('what is shown of a job that runs', () => {
  const tasks = parts('ingest', 'operation', 'publish');

  it('is what the task at work says, and no other', () => {
    const book = new ProgressBook();
    book.note(frame(0, 74, { stage: 'download', fps: null, speed: null }));
    expect(shownProgress(tasks, book.of(jobId))).toEqual({
      percent: 11.3,
      fps: null,
      speed: null,
      eta_seconds: null,
      stage: 'download',
    });
    expect(shownProgress(done(tasks, 0), book.of(jobId))).toMatchObject({
      percent: 15.3,
      fps: null,
      stage: 'starting',
    });
    book.note(frame(1, 1));
    expect(shownProgress(done(tasks, 0), book.of(jobId))).toMatchObject({
      percent: 16.1,
      fps: 25,
      eta_seconds: 7,
      stage: 'encode',
    });
    expect(shownProgress(done(tasks, 0, 1), book.of(jobId))).toMatchObject({
      percent: 96.9,
      fps: null,
      stage: 'publish',
    });
  });

  it('never falls below what was shown before', () => {
    expect(shownProgress(tasks, null, 42.5).percent).toBe(42.5);
  });
});

it('forgets the jobs that were told of longest ago', () => {
  const book = new ProgressBook(2);
  for (const id of ['job_0001', 'job_0002', 'job_0001', 'job_0003']) book.note(frame(0, 1, { jobId: id }));
  expect(['job_0001', 'job_0002', 'job_0003'].map((id) => book.of(id) !== null)).toEqual([true, false, true]);
});
