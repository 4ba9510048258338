import { describe, expect, it } from 'vitest';
import {
  Story,
  worker,
  output,
  shown,
  kept,
  seen,
  cleanStory,
  rulesOf,
  rulesOfLog,
  seenOtherwise,
} from './checker-history.ts';

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
  const ref = { jobId: 'job_1', n: 0, attempt: 1 };
  const handBack = (story: Story): void => story.append('task.job_1.0', 'TaskHandedBack', ref);

  it('accepts work that is handed back', () => {
    const story = stopped(0, handBack);
    expect(rulesOfLog(story)).toEqual([]);
    expect(story.verdict()).toMatchObject({ rolls: 1, handBackSecondsMax: 0.1 });
  });

  it('finds work that failed for it, was left behind, or handed back too late', () => {
    const error = { code: 'worker_failed', fault: 'system' };
    expect(rulesOfLog(stopped(0, (story) => story.append('task.job_1.0', 'TaskFailed', { ...ref, error })))).toEqual([
      'roll',
    ]);
    expect(
      rulesOfLog(stopped(0, (story) => story.append('task.job_1.0', 'TaskStarted', { ...ref, attempt: 2 }))),
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
