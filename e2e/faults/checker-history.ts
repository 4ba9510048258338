import { createHash } from 'node:crypto';
import { check, type Entry, type StoredMessage, type Verdict } from './checker.ts';

type Unstamped = Entry extends infer E ? (E extends Entry ? Omit<E, 'atMs'> : never) : never;

const startMs = 1_000_000;

/** An event log that is written the way the store writes it, and a recorder beside it, on one clock. */
export class Story {
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

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
export const worker = (pid: number): string => `host-${pid}-abcdef`;
export const output = { fileId: 'file_1', sizeBytes: 7, blob: { sha256: 'aa', sizeBytes: 7 }, main: null };
export const shown = {
  jobId: 'job_1',
  status: 'completed',
  outputs: [{ fileId: 'file_1', sizeBytes: 7, sha256: 'aa' }],
};
export const kept = { sha256: 'aa', digest: 'aa', sizeBytes: 7, ageSeconds: 1, names: [] };
export const seen = {
  list: { kind: 'list', jobs: [shown] },
  listCounts: { kind: 'counts', by: 'list', counts: { completed: 1 } },
  analytics: { kind: 'counts', by: 'analytics', counts: { submitted: 1, completed: 1 } },
  disk: { kind: 'disk', blobs: [kept], temps: [], orphanGraceSeconds: 10 },
} as const;
export const accepted = {
  jobId: 'job_1',
  retryOf: null,
  metadata: { key: 'k1' },
  webhook: { url: 'http://receiver' },
};

/** One job with everything the rules ask for: acknowledged, run, killed once, resumed, told, downloaded. */
export const cleanStory = (): Story => {
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

export const rulesOf = (story: Story): string[] => story.verdict().violations.map(({ rule }) => rule);

/** The rules about the log itself: a changed log differs from what was shown of it as well. */
export const rulesOfLog = (story: Story): string[] =>
  rulesOf(story).filter((rule) => !['unseen', 'unlisted', 'projection'].includes(rule));

/** The clean story with one of the entries about its end replaced; `null`: left out. */
export const seenOtherwise = (change: { readonly [K in keyof typeof seen]?: Unstamped | null }): Story => {
  const story = cleanStory();
  const last = story.entries.length - Object.keys(seen).length;
  story.entries.splice(last);
  for (const entry of Object.values({ ...seen, ...change })) if (entry) story.see(entry);
  return story;
};
