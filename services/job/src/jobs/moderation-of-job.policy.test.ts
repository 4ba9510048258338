import type { JobAcceptedData, ModerationVerdict } from '@ffapi/contracts';
import type { ProjectedEvent } from '@ffapi/es';
import { describe, expect, it } from 'vitest';
import { taskGraph } from './task-graph.ts';
import { openJobs, type OpenJob, type OpenJobEvent } from './open-jobs.projection.ts';
import { advanceJob } from './advance-job.policy.ts';
import { reviewOf } from './moderation-of-job.policy.ts';

const jobId = 'job_0000';
const event = (type: OpenJobEvent['type'], data: object = {}): OpenJobEvent =>
  ({ type, version: 1, data: { jobId, ...data } }) as OpenJobEvent;

const file = { kind: 'file' } as unknown as JobAcceptedData['inputs'][string];
const inputs = { source: file };
const accepted = event('JobAccepted', {
  inputs,
  operation: 'transcode',
  apiKeyId: 'key_a',
  tasks: taskGraph({ inputs, pool: 'transcode-cpu', dryRun: false, isModerated: true }),
});
const done = (n: number, more: object = {}) => event('TaskCompleted', { n, artifacts: [], warnings: [], ...more });
const manifest = { sha256: 'f'.repeat(64), sizeBytes: 9 };
const sampled = done(0, { artifacts: [{ blob: manifest }] });
const labels = [{ name: 'nudity', confidence: 0.9, frames: [2] }];
const verdict = (outcome: ModerationVerdict['outcome']) =>
  done(1, { verdict: { outcome, provider: 'aws', frames: 5, labels } });
const unavailable = event('TaskFailed', { n: 1, isFinal: true, error: { code: 'moderation_unavailable' } });
const held = event('JobHeld', { reason: 'moderation_review' });
const opened = event('ReviewOpened');
const decided = (decision: string) => event('ReviewDecided', { decision, by: 'key_admin' });
const released = event('JobReleased');
const cancelled = event('JobCancelled');

const after = (...events: OpenJobEvent[]): OpenJob | null =>
  events.reduce<OpenJob | null>(
    (job, each, position) =>
      openJobs.evolve(job, { event: each, position, occurredAt: '' } as ProjectedEvent<OpenJobEvent>, jobId),
    null,
  );
const next = (...events: OpenJobEvent[]): string[] => {
  const job = after(accepted, ...events);
  return (job ? advanceJob(job) : ['over' as const]).map((advance) => {
    if (advance === 'over') return advance;
    if (advance.type === 'decide') return advance.command.type;
    return 'task' in advance ? `${advance.type} ${advance.task.n}` : advance.type;
  });
};

describe('a job whose inputs were looked at', () => {
  it('goes on when nobody objects', () => {
    expect(next()).toEqual(['release 0']);
    expect(next(sampled)).toEqual(['release 1']);
    expect(next(sampled, verdict('allow'))).toEqual(['release 2']);
  });

  it('fails with what was seen when it is plain', () => {
    const [advance] = advanceJob(after(accepted, sampled, verdict('block')) as OpenJob);
    expect(advance).toMatchObject({
      command: { type: 'FailJob', task: 1, error: { code: 'content_blocked', details: { labels: ['nudity'] } } },
    });
  });

  it.each([
    ['doubtful', verdict('flag'), 'moderation_review'],
    ['not known', unavailable, 'moderation_unavailable'],
    ['not told', done(1), 'moderation_unavailable'],
  ] as const)('is held when it is %s, and a review is opened until it is', (_, event_, reason) => {
    const job = after(accepted, sampled, event_) as OpenJob;
    expect(advanceJob(job)[0]).toMatchObject({ command: { type: 'HoldJob', reason } });
    expect(next(sampled, event_)).toEqual(['HoldJob', 'open-review']);
    expect(next(sampled, event_, opened)).toEqual(['HoldJob']);
    expect(next(sampled, event_, held)).toEqual(['open-review']);
    expect(next(sampled, event_, held, opened)).toEqual([]);
  });

  it.each([
    ['flagged', verdict('flag')],
    ['not looked at', unavailable],
  ])('that was %s is released by an approval, and goes on then', (_, event_) => {
    const story = [sampled, event_, held, opened];
    expect(next(...story, decided('approve'))).toEqual(['ReleaseJob']);
    expect(next(...story, decided('approve'), released)).toEqual(['release 2']);
    expect(next(...story, decided('approve'), released, done(2), done(3))).toEqual(['CompleteJob']);
    expect(next(...story, decided('reject'))).toEqual(['FailJob']);
  });

  it('is not failed for the check that could not be made, and is for any other task', () => {
    const failed = event('TaskFailed', { n: 2, isFinal: true, error: { code: 'ffmpeg_failed' } });
    const approved = [sampled, unavailable, held, opened, decided('approve'), released];
    expect(next(...approved, failed)).toEqual(['FailJob']);
  });

  it('withdraws its review when it is cancelled, and is there until it has', () => {
    const story = [sampled, verdict('flag'), held, opened, cancelled];
    expect(next(...story)).toEqual(['cancel-task 2', 'withdraw-review']);
    const settled = [...story, event('TaskCancelled', { n: 2 })];
    expect(next(...settled)).toEqual(['withdraw-review']);
    expect(next(...settled, event('ReviewWithdrawn'))).toEqual(['over']);
    expect(next(sampled, unavailable, held, cancelled)).toEqual(['over']);
  });

  it('gives up its place while it is held', () => {
    const started = event('TaskStarted', { n: 0, attempt: 1, worker: 'w' });
    expect(after(accepted, started)?.hasBegun).toBe(true);
    expect(after(accepted, started, sampled, verdict('flag'), held)?.hasBegun).toBe(false);
    expect(after(accepted, sampled, verdict('flag'), held, released)?.hasBegun).toBe(false);
  });
});

it('a review is told what was seen, and in which frames', () => {
  const job = after(accepted, sampled, verdict('flag')) as OpenJob;
  const ref = { jobId, apiKeyId: 'key_a', operation: 'transcode' };
  expect(reviewOf(job, 'moderation_review')).toEqual({ ...ref, reason: 'moderation_review', labels, frames: manifest });
  expect(reviewOf(after(accepted, unavailable) as OpenJob, 'moderation_unavailable')).toMatchObject({
    labels: [],
    frames: null,
  });
});
