import { describe, expect, it } from 'vitest';
import type { Entry } from './checker.ts';
import { check } from './checker.ts';
import { Story, worker, accepted, cleanStory, rulesOf, rulesOfLog } from './checker-history.ts';

describe('the checker', () => {
  it('finds nothing in a clean log, and counts what is in it', () => {
    const verdict = cleanStory().verdict();
    expect(verdict).toMatchObject({
      kills: 1,
      jobs: 1,
      acknowledged: 1,
      lost: 0,
      interruptedAttempts: 1,
      webhooksReceived: 1,
      violations: [],
    });
    expect(verdict.resumeSecondsMax).toBeCloseTo(0.1);
  });

  it('finds a job that was acknowledged and is not stored', () => {
    const story = cleanStory();
    story.see({
      kind: 'request',
      request: 'r2',
      method: 'POST',
      path: '/v1/probe',
      key: null,
      promises: 'JobAccepted',
    });
    story.see({ kind: 'answer', request: 'r2', status: 202, resource: 'job_2', retryAfter: null });
    expect(story.verdict().violations).toMatchObject([{ rule: 'lost', of: 'job_2' }]);
  });

  it('finds an acknowledged job that is told to be absent', () => {
    const story = cleanStory();
    story.see({
      kind: 'request',
      request: 'r2',
      method: 'GET',
      path: '/v1/jobs/job_1',
      key: null,
      promises: null,
    });
    story.see({ kind: 'answer', request: 'r2', status: 404, resource: null, retryAfter: null });
    expect(rulesOf(story)).toEqual(['hidden']);
  });

  it('finds a cancel that was acknowledged and never happened', () => {
    const story = cleanStory();
    story.see({
      kind: 'request',
      request: 'r2',
      method: 'POST',
      path: '/v1/jobs/job_1/cancel',
      key: null,
      promises: 'JobCancelled',
    });
    story.see({ kind: 'answer', request: 'r2', status: 200, resource: 'job_1', retryAfter: null });
    expect(rulesOf(story)).toEqual(['lost']);
  });

  it('finds a second end of a job', () => {
    const story = cleanStory();
    story.append('job.job_1', 'JobFailed', { jobId: 'job_1', error: { code: 'worker_lost' } });
    expect(story.verdict().doubleTerminal).toBe(1);
    expect(rulesOfLog(story)).toContain('double-terminal');
  });

  it('finds a job without an end', () => {
    const story = cleanStory();
    story.append('job.job_2', 'JobAccepted', { ...accepted, jobId: 'job_2', metadata: {} });
    expect(rulesOfLog(story)).toEqual(['unfinished']);
  });

  it('finds a gap in the versions', () => {
    const story = cleanStory();
    story.rewrite(story.messages.length, (commit) => (commit.version = 3));
    expect(story.verdict()).toMatchObject({
      gaps: 1,
      violations: [{ rule: 'gap', of: 'evt.delivery.dlv_1' }],
    });
  });

  it('finds a commit that was changed and signed anew: what follows no longer fits', () => {
    const story = cleanStory();
    story.rewrite(1, (commit) => (commit.occurredAt = 'another day'));
    expect(story.verdict().violations).toMatchObject([{ rule: 'chain', of: 'evt.job.job_1' }]);
  });

  it('finds a changed byte by the digest beside it', () => {
    const story = cleanStory();
    story.rewrite(story.messages.length, (commit) => (commit.occurredAt = 'another day'), false);
    expect(rulesOf(story)).toEqual(['chain']);
  });

  it('finds an ending that nobody was told of, unless the delivery was given up on record', () => {
    const story = cleanStory();
    const silent = story.entries.filter(({ kind }) => kind !== 'webhook');
    expect(check(silent, story.messages)).toMatchObject({
      webhooksMissing: 1,
      violations: [{ rule: 'webhook-missing', of: 'dlv_1' }],
    });
    story.append('delivery.dlv_1', 'DeliveryExhausted', {
      deliveryId: 'dlv_1',
      attempts: 8,
      reason: 'attempts',
    });
    expect(check(silent, story.messages).violations).toEqual([]);
  });

  it('finds a call that was repeated for no reason, and allows it after a kill of the sender', () => {
    const story = cleanStory();
    const repeat = {
      kind: 'webhook',
      deliveryId: 'dlv_1',
      event: 'job.completed',
      jobId: 'job_1',
    } as const;
    story.see(repeat);
    expect(rulesOf(story)).toEqual(['webhook-repeated']);
    const excused = cleanStory();
    excused.see({ kind: 'kill', process: 'webhook', service: 'webhook', pid: 50 });
    excused.see(repeat);
    expect(excused.verdict()).toMatchObject({ webhooksRepeated: 1, violations: [] });
  });

  it('finds a task that was completed after it had been cancelled', () => {
    const story = cleanStory();
    story.append('task.job_1.1', 'TaskCancelled', { jobId: 'job_1', n: 1 });
    story.append('task.job_1.1', 'TaskCompleted', { jobId: 'job_1', n: 1, attempt: 1 });
    expect(story.verdict().violations).toMatchObject([
      { rule: 'double-settlement', of: 'task.job_1.1', detail: 'TaskCancelled, TaskCompleted' },
    ]);
  });

  it('finds two jobs of one Idempotency-Key, answered or only stored', () => {
    const story = cleanStory();
    story.append('job.job_2', 'JobAccepted', { ...accepted, jobId: 'job_2', webhook: null });
    story.append('job.job_2', 'JobCompleted', { jobId: 'job_2', outputs: [] });
    expect(rulesOfLog(story)).toEqual(['idempotency']);
    story.see({
      kind: 'request',
      request: 'r2',
      method: 'POST',
      path: '/v1/transcode',
      key: 'k1',
      promises: 'JobAccepted',
    });
    story.see({ kind: 'answer', request: 'r2', status: 202, resource: 'job_2', retryAfter: null });
    expect(rulesOfLog(story)).toEqual(['idempotency', 'idempotency']);
  });

  it('finds an output with other bytes, and one that cannot be had', () => {
    const story = cleanStory();
    const others = story.entries.filter(({ kind }) => kind !== 'download');
    const wrong: Entry = {
      atMs: story.nowMs,
      kind: 'download',
      fileId: 'file_1',
      sizeBytes: 7,
      sha256: 'bb',
    };
    for (const entries of [others, [...others, wrong]])
      expect(check(entries, story.messages).violations).toMatchObject([{ rule: 'download', of: 'file_1' }]);
  });

  it('finds a tool that outlived its worker', () => {
    const story = cleanStory();
    story.see({ kind: 'orphan', process: 'transcode-1', command: 'ffmpeg' });
    expect(rulesOf(story)).toEqual(['orphan']);
  });

  it('finds an attempt that was taken up again too late', () => {
    const story = new Story();
    story.append('task.job_1.0', 'TaskStarted', {
      jobId: 'job_1',
      n: 0,
      attempt: 1,
      worker: worker(41),
    });
    story.see({ kind: 'kill', process: 'transcode-1', service: 'transcode', pid: 41 });
    story.nowMs += 36_000;
    story.append('task.job_1.0', 'TaskStarted', {
      jobId: 'job_1',
      n: 0,
      attempt: 2,
      worker: worker(42),
    });
    expect(rulesOfLog(story)).toEqual(['resume']);
  });

  it('finds an ending for which no call was planned', () => {
    const story = cleanStory();
    const [entries, messages] = [story.entries, story.messages.filter(({ subject }) => !subject.includes('delivery'))];
    expect(check(entries, messages).violations).toMatchObject([{ rule: 'webhook-missing', of: 'job_1' }]);
  });
});
