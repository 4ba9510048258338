import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { check, type Entry, type StoredMessage, type Verdict } from './checker.ts';

type Unstamped = Entry extends infer E ? (E extends Entry ? Omit<E, 'atMs'> : never) : never;

const startMs = 1_000_000;

/** An event log that is written the way the store writes it, and a recorder beside it, on one clock. */
class Story {
  readonly messages: StoredMessage[] = [];
  readonly entries: Entry[] = [];
  nowMs = startMs;

  append(stream: string, type: string, data: Record<string, unknown>): void {
    const chain = this.messages.filter(({ subject }) => subject === `evt.${stream}`);
    const text = JSON.stringify({
      version: chain.length + 1,
      previousHash: chain.at(-1)?.hash ?? '',
      events: [{ type, data }],
    });
    this.#store(`evt.${stream}`, text, this.messages.length + 1);
  }

  see(entry: Unstamped): void {
    this.nowMs += 100;
    this.entries.push({ atMs: this.nowMs, ...entry });
  }

  /** Replaces what a message says; the chain after it is left as it was. */
  rewrite(position: number, change: (commit: Record<string, unknown>) => void, rehash = true): void {
    const message = this.messages[position - 1] as StoredMessage;
    const commit = JSON.parse(message.data) as Record<string, unknown>;
    change(commit);
    const data = JSON.stringify(commit);
    this.messages[position - 1] = { ...message, data, hash: rehash ? digest(data) : message.hash };
  }

  verdict(): Verdict {
    return check(this.entries, this.messages);
  }

  #store(subject: string, data: string, position: number): void {
    this.nowMs += 100;
    this.messages.push({ position, subject, storedAtMs: this.nowMs, hash: digest(data), data });
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const worker = (pid: number): string => `host-${pid}-abcdef`;
const output = { fileId: 'file_1', sizeBytes: 7, blob: { sha256: 'aa', sizeBytes: 7 }, main: null };
const shown = {
  jobId: 'job_1',
  status: 'completed',
  outputs: [{ fileId: 'file_1', sizeBytes: 7, sha256: 'aa' }],
};
const kept = { sha256: 'aa', digest: 'aa', sizeBytes: 7, ageSeconds: 1, names: [] };
const seen = {
  list: { kind: 'list', jobs: [shown] },
  listCounts: { kind: 'counts', by: 'list', counts: { completed: 1 } },
  analytics: { kind: 'counts', by: 'analytics', counts: { submitted: 1, completed: 1 } },
  disk: { kind: 'disk', blobs: [kept], temps: [], orphanGraceSeconds: 10 },
} as const;
const accepted = {
  jobId: 'job_1',
  retryOf: null,
  metadata: { key: 'k1' },
  webhook: { url: 'http://receiver' },
};

/** One job with everything the rules ask for: acknowledged, run, killed once, resumed, told, downloaded. */
const cleanStory = (): Story => {
  const story = new Story();
  story.see({
    kind: 'request',
    request: 'r1',
    method: 'POST',
    path: '/v1/transcode',
    key: 'k1',
    promises: 'JobAccepted',
  });
  story.append('job.job_1', 'JobAccepted', accepted);
  story.see({ kind: 'answer', request: 'r1', status: 202, resource: 'job_1', retryAfter: null });
  story.append('task.job_1.0', 'TaskStarted', {
    jobId: 'job_1',
    n: 0,
    attempt: 1,
    worker: worker(41),
  });
  story.see({ kind: 'kill', process: 'transcode-1', service: 'transcode', pid: 41 });
  story.append('task.job_1.0', 'TaskStarted', {
    jobId: 'job_1',
    n: 0,
    attempt: 2,
    worker: worker(42),
  });
  story.append('task.job_1.0', 'TaskCompleted', { jobId: 'job_1', n: 0, attempt: 2 });
  story.append('asset.file_1', 'AssetStored', output);
  story.append('job.job_1', 'JobCompleted', { jobId: 'job_1', outputs: [output] });
  story.append('delivery.dlv_1', 'DeliveryScheduled', {
    deliveryId: 'dlv_1',
    jobId: 'job_1',
    event: 'job.completed',
  });
  story.see({ kind: 'webhook', deliveryId: 'dlv_1', event: 'job.completed', jobId: 'job_1' });
  story.see({ kind: 'download', fileId: 'file_1', sizeBytes: 7, sha256: 'aa' });
  for (const entry of Object.values(seen)) story.see(entry);
  return story;
};

const rulesOf = (story: Story): string[] => story.verdict().violations.map(({ rule }) => rule);

/** The rules about the log itself: a changed log differs from what was shown of it as well. */
const rulesOfLog = (story: Story): string[] =>
  rulesOf(story).filter((rule) => !['unseen', 'unlisted', 'projection'].includes(rule));

/** The clean story with one of the entries about its end replaced; `null`: left out. */
const seenOtherwise = (change: { readonly [K in keyof typeof seen]?: Unstamped | null }): Story => {
  const story = cleanStory();
  const last = story.entries.length - Object.keys(seen).length;
  story.entries.splice(last);
  for (const entry of Object.values({ ...seen, ...change })) if (entry) story.see(entry);
  return story;
};

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

describe('what the checker compares with the events', () => {
  it('is the list of jobs: one that is absent, one that is not stored, none at all', () => {
    expect(rulesOf(seenOtherwise({ list: { kind: 'list', jobs: [] } }))).toEqual(['unlisted']);
    const jobs = [shown, { ...shown, jobId: 'job_9' }];
    expect(rulesOf(seenOtherwise({ list: { kind: 'list', jobs } }))).toEqual(['ghost']);
    expect(rulesOf(seenOtherwise({ list: null }))).toEqual(['unseen']);
  });

  it('is each job: a forged status, a forged output', () => {
    const forgedStatus = [{ ...shown, status: 'failed' }];
    expect(rulesOf(seenOtherwise({ list: { kind: 'list', jobs: forgedStatus } }))).toEqual(['projection']);
    const forgedOutput = [{ ...shown, outputs: [{ fileId: 'file_1', sizeBytes: 8, sha256: 'aa' }] }];
    expect(rulesOf(seenOtherwise({ list: { kind: 'list', jobs: forgedOutput } }))).toEqual(['projection']);
  });

  it('is each count', () => {
    const counts = { completed: 1, failed: 1 };
    expect(rulesOf(seenOtherwise({ listCounts: { kind: 'counts', by: 'list', counts } }))).toEqual(['projection']);
    const twice = { submitted: 2, completed: 1 };
    expect(rulesOf(seenOtherwise({ analytics: { ...seen.analytics, counts: twice } }))).toEqual(['projection']);
    expect(rulesOf(seenOtherwise({ listCounts: null, analytics: null }))).toEqual(['unseen', 'unseen']);
  });

  it('is the blob folder: a lost blob, a damaged one, one that nothing names', () => {
    expect(rulesOf(seenOtherwise({ disk: { ...seen.disk, blobs: [] } }))).toEqual(['blob-missing']);
    const damaged = { ...kept, digest: 'ab' };
    expect(rulesOf(seenOtherwise({ disk: { ...seen.disk, blobs: [damaged] } }))).toEqual(['blob-damaged']);
    const orphan = { ...kept, sha256: 'cc', digest: 'cc', ageSeconds: 11 };
    const story = seenOtherwise({ disk: { ...seen.disk, blobs: [kept, orphan] } });
    expect(story.verdict()).toMatchObject({ orphanBlobs: 1, violations: [{ rule: 'orphan-file', of: 'cc' }] });
    expect(rulesOf(seenOtherwise({ disk: null }))).toEqual(['unseen']);
  });

  it('lets a young orphan be, and counts only where nobody removes them', () => {
    const orphan = { ...kept, sha256: 'cc', digest: 'cc', ageSeconds: 9 };
    expect(rulesOf(seenOtherwise({ disk: { ...seen.disk, blobs: [kept, orphan] } }))).toEqual([]);
    const old = { ...orphan, ageSeconds: 9_999 };
    const uncollected = seenOtherwise({ disk: { ...seen.disk, blobs: [kept, old], orphanGraceSeconds: null } });
    expect(uncollected.verdict()).toMatchObject({ orphanBlobs: 1, violations: [] });
  });

  it('counts only while the broker has just come back', () => {
    const orphan = { ...kept, sha256: 'cc', digest: 'cc', ageSeconds: 99 };
    const story = seenOtherwise({ disk: null });
    story.see({ kind: 'broker', state: 'back' });
    story.see({ ...seen.disk, blobs: [kept, orphan] });
    expect(story.verdict()).toMatchObject({ orphanBlobs: 1, violations: [] });
    story.nowMs += 80_000;
    story.see({ ...seen.disk, blobs: [kept, orphan] });
    expect(story.verdict().violations.map(({ rule }) => rule)).toContain('orphan-file');
  });

  it('is what a folder of files names: its parts are no orphans, and must be there', () => {
    const manifest = { ...kept, names: ['bb'] };
    const part = { ...kept, sha256: 'bb', digest: 'bb', ageSeconds: 99 };
    expect(rulesOf(seenOtherwise({ disk: { ...seen.disk, blobs: [manifest, part] } }))).toEqual([]);
    expect(rulesOf(seenOtherwise({ disk: { ...seen.disk, blobs: [manifest] } }))).toEqual(['blob-missing']);
  });

  it('is the folder of work: a file that nobody works on', () => {
    const temp = { process: 'transcode-1', of: 'work', path: 'job_1.0.1/out.mp4', ageSeconds: 31 } as const;
    expect(rulesOf(seenOtherwise({ disk: { ...seen.disk, temps: [temp] } }))).toEqual(['temp-file']);
    const unfinished = { ...temp, of: 'blob' } as const;
    const disk = { ...seen.disk, temps: [unfinished], orphanGraceSeconds: null };
    expect(seenOtherwise({ disk }).verdict()).toMatchObject({ unfinishedBlobs: 1, violations: [] });
  });
});

describe('of a process that was asked to stop, the checker', () => {
  const stopped = (code: number | string, after: (story: Story) => void): Story => {
    const story = new Story();
    const started = { jobId: 'job_1', n: 0, attempt: 1, worker: worker(41) };
    story.append('task.job_1.0', 'TaskStarted', started);
    story.see({ kind: 'term', process: 'transcode-1', pid: 41 });
    after(story);
    story.see({ kind: 'stopped', process: 'transcode-1', pid: 41, code });
    return story;
  };
  const of = { jobId: 'job_1', n: 0, attempt: 1 };
  const handBack = (story: Story): void => story.append('task.job_1.0', 'TaskHandedBack', of);

  it('accepts work that is handed back', () => {
    const story = stopped(0, handBack);
    expect(rulesOfLog(story)).toEqual([]);
    expect(story.verdict()).toMatchObject({ rolls: 1, handBackSecondsMax: 0.1 });
  });

  it('finds work that failed for it, was left behind, or handed back too late', () => {
    const error = { code: 'worker_failed', fault: 'system' };
    expect(rulesOfLog(stopped(0, (story) => story.append('task.job_1.0', 'TaskFailed', { ...of, error })))).toEqual([
      'roll',
    ]);
    expect(
      rulesOfLog(stopped(0, (story) => story.append('task.job_1.0', 'TaskStarted', { ...of, attempt: 2 }))),
    ).toEqual(['roll']);
    const late = (story: Story): void => {
      story.nowMs += 6_000;
      handBack(story);
    };
    expect(rulesOfLog(stopped(0, late))).toEqual(['roll']);
  });

  it('finds one that did not end well', () => {
    expect(rulesOfLog(stopped('SIGKILL', handBack))).toEqual(['roll']);
  });
});

describe('of the whole run, the checker', () => {
  it('finds a broker that is back and a platform that is not', () => {
    const story = cleanStory();
    story.see({ kind: 'broker', state: 'away' });
    story.see({ kind: 'broker', state: 'back' });
    story.nowMs += 11_000;
    story.append('asset.file_2', 'AssetStored', { ...output, fileId: 'file_2' });
    expect(rulesOf(story)).toEqual(['broker-resume']);
  });

  it('finds a process that ended by itself, unless it was looking for the broker', () => {
    const story = cleanStory();
    story.see({ kind: 'broker', state: 'away' });
    story.see({ kind: 'exit', process: 'job-1', pid: 70, code: 1 });
    story.see({ kind: 'broker', state: 'back' });
    story.nowMs += 20_000;
    story.see({ kind: 'exit', process: 'job-2', pid: 71, code: 1 });
    expect(story.verdict().violations).toMatchObject([{ rule: 'crash', of: 'job-2' }]);
  });

  it('finds errors that a client can do nothing about', () => {
    const answers = [
      { status: 500, retryAfter: null },
      { status: 503, retryAfter: null },
      { status: 503, retryAfter: '2' },
    ];
    const story = cleanStory();
    for (const answer of answers) story.see({ kind: 'answer', request: 'r9', resource: null, ...answer });
    expect(rulesOf(story)).toEqual(['server-error', 'server-error']);
  });

  it('finds a process that grows, in a run that is long enough to tell', () => {
    const grown = (minutes: number): Story => {
      const story = cleanStory();
      for (let i = 0; i <= 100; i++) {
        story.nowMs += minutes * 600;
        story.see({ kind: 'memory', process: 'job-2', pid: 60, rssMiB: 100 + i / 5 });
        story.see({ kind: 'memory', process: 'gateway', pid: 61, rssMiB: 100 });
      }
      return story;
    };
    expect(grown(30).verdict()).toMatchObject({ violations: [{ rule: 'memory', of: 'job-2' }] });
    expect(rulesOf(grown(5))).toEqual([]);
  });
});
