import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface ShownJob {
  readonly jobId: string;
  readonly status: string;
  readonly outputs: readonly { readonly fileId: string; readonly sizeBytes: number; readonly sha256: string }[];
}

/** A file of the blob folder: the digest in its name, the digest of its bytes, and the blobs that it names itself. */
export interface StoredFile {
  readonly sha256: string;
  readonly digest: string;
  readonly sizeBytes: number;
  readonly ageSeconds: number;
  readonly names: readonly string[];
}

export interface TempFile {
  readonly process: string;
  /** In a folder of work, or an unfinished write of the blob store. */
  readonly of: 'work' | 'blob';
  readonly path: string;
  readonly ageSeconds: number;
}

/** What the recorder saw from outside; `atMs` is its own clock. */
export type Entry = { readonly atMs: number } & (
  | {
      readonly kind: 'request';
      readonly request: string;
      readonly method: string;
      readonly path: string;
      /** Idempotency-Key. */
      readonly key: string | null;
      /** The event that a 2xx promises of the resource it names. */
      readonly promises: 'JobAccepted' | 'JobCancelled' | 'AssetStored' | null;
    }
  | {
      readonly kind: 'answer';
      readonly request: string;
      readonly status: number;
      readonly resource: string | null;
      /** What the header said, in seconds or as a date. */
      readonly retryAfter: string | null;
    }
  | { readonly kind: 'no-answer'; readonly request: string; readonly reason: string }
  | {
      readonly kind: 'webhook';
      readonly deliveryId: string;
      readonly event: string;
      readonly jobId: string;
    }
  | {
      readonly kind: 'kill';
      readonly process: string;
      readonly service: string;
      readonly pid: number;
    }
  | { readonly kind: 'freeze'; readonly process: string; readonly pid: number; readonly ms: number }
  /** The process was asked to stop; `stopped` follows when it has. */
  | { readonly kind: 'term'; readonly process: string; readonly pid: number }
  | { readonly kind: 'stopped'; readonly process: string; readonly pid: number; readonly code: number | string }
  | { readonly kind: 'broker'; readonly state: 'away' | 'back' }
  | { readonly kind: 'memory'; readonly process: string; readonly pid: number; readonly rssMiB: number }
  /** What the API shows when all is quiet. */
  | { readonly kind: 'list'; readonly jobs: readonly ShownJob[] }
  | { readonly kind: 'counts'; readonly by: 'list' | 'analytics'; readonly counts: Readonly<Record<string, number>> }
  /** What lies in the data folders when all is quiet. */
  | {
      readonly kind: 'disk';
      readonly blobs: readonly StoredFile[];
      readonly temps: readonly TempFile[];
      /** After how long an unnamed blob and an unfinished one are removed; `null`: nobody removes them. */
      readonly orphanGraceSeconds: number | null;
    }
  | { readonly kind: 'orphan'; readonly process: string; readonly command: string }
  | {
      readonly kind: 'exit';
      readonly process: string;
      readonly pid: number;
      readonly code: number | string;
    }
  | {
      readonly kind: 'download';
      readonly fileId: string;
      readonly sizeBytes: number;
      readonly sha256: string;
    }
);

/** One message of the event stream, its bytes as text. */
export interface StoredMessage {
  readonly position: number;
  readonly subject: string;
  readonly storedAtMs: number;
  readonly hash: string;
  readonly data: string;
}

export interface Violation {
  readonly rule: string;
  readonly of: string;
  readonly detail: string;
}

export interface Verdict {
  readonly kills: number;
  readonly freezes: number;
  readonly rolls: number;
  readonly handBackSecondsMax: number;
  readonly brokerReturns: number;
  readonly brokerResumeSecondsMax: number;
  readonly jobs: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly unfinished: number;
  readonly doubleTerminal: number;
  readonly gaps: number;
  readonly webhooksReceived: number;
  readonly webhooksMissing: number;
  readonly webhooksRepeated: number;
  readonly interruptedAttempts: number;
  readonly resumeSecondsMax: number;
  readonly endings: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
  readonly serverErrors: Readonly<Record<string, number>>;
  readonly projectionDifferences: number;
  readonly blobs: number;
  readonly orphanBlobs: number;
  readonly unfinishedBlobs: number;
  /** Growth in percent between the second and the last fifth of the run, by process that lived through both. */
  readonly memoryGrowth: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
}

interface Fact {
  readonly position: number;
  readonly stream: string;
  readonly storedAtMs: number;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

interface Output {
  readonly fileId: string;
  readonly sizeBytes: number;
  readonly blob: { readonly sha256: string; readonly sizeBytes: number };
  readonly main: string | null;
}

type Of<K extends Entry['kind']> = Extract<Entry, { kind: K }>;
type Report = (rule: string, ref: string, detail: string) => void;

const resumeSecondsLimit = 35;
const handBackSecondsLimit = 5;
const brokerResumeSecondsLimit = 10;
/** Nothing is removed for so long after a return of the broker, and a little later at most. */
const settleMs = 75_000;
const tempSecondsLimit = 30;
/** How long a start may take to notice that the broker is away. */
const startMsMax = 10_000;
const memoryGrowthLimit = 10;
/** Shorter runs end before the collector and the caches have settled. */
const memoryRunMsMin = 600_000;
/** How long before a call the kill may be that makes its repeat lawful: a call that was sent while the broker was away is recorded when it is back. */
const repeatGraceMs = 15_000;
const endings = new Set(['JobCompleted', 'JobFailed', 'JobCancelled']);
const givenBack = new Set(['TaskHandedBack', 'RetryScheduled']);
const settlements = new Set(['TaskCompleted', 'TaskCancelled']);
const isSuccess = (status: number): boolean => status >= 200 && status < 300;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const ofKind = <K extends Entry['kind']>(entries: readonly Entry[], kind: K): Of<K>[] =>
  entries.filter((entry): entry is Of<K> => entry.kind === kind);

const grouped = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
};

const counted = (keys: readonly string[]): Record<string, number> =>
  Object.fromEntries([...grouped(keys, (key) => key)].map(([key, all]) => [key, all.length]));

/** Every stream's versions without a gap, every commit the hash of the one before it. */
const checkChains = (messages: readonly StoredMessage[], report: Report): void => {
  for (const [subject, chain] of grouped(messages, (message) => message.subject)) {
    let before = '';
    for (const [i, { data, hash, position }] of chain.entries()) {
      const { version, previousHash } = JSON.parse(data) as {
        version: number;
        previousHash: string;
      };
      if (version !== i + 1)
        report('gap', subject, `version ${version} at position ${position} where ${i + 1} was due`);
      if (previousHash !== before)
        report('chain', subject, `position ${position} does not follow from the commit before`);
      before = sha256(data);
      if (hash !== before) report('chain', subject, `position ${position} is not what was written`);
    }
  }
};

const factsOf = (messages: readonly StoredMessage[]): Fact[] =>
  messages.flatMap(({ data, position, subject, storedAtMs }) =>
    (JSON.parse(data) as { events: Pick<Fact, 'type' | 'data'>[] }).events.map(({ type, data: ref }) => ({
      position,
      stream: subject.slice('evt.'.length),
      storedAtMs,
      type,
      data: ref,
    })),
  );

/** What a 2xx promised is stored; what was promised is found by who asks. */
const checkPromises = (entries: readonly Entry[], facts: readonly Fact[], report: Report): number => {
  const requests = new Map(ofKind(entries, 'request').map((request) => [request.request, request]));
  const stored = new Set(
    facts.map(({ type, data }) => `${type} ${String(type === 'AssetStored' ? data.fileId : data.jobId)}`),
  );
  const acknowledged = new Set<string>();
  for (const { request, status, resource } of ofKind(entries, 'answer')) {
    const { promises, path, method } = requests.get(request) ?? {};
    if (promises && isSuccess(status)) {
      acknowledged.add(`${promises} ${resource}`);
      if (!stored.has(`${promises} ${resource}`))
        report('lost', String(resource), `${promises} was acknowledged to ${request} and is not stored`);
    }
    const asked = /^\/v1\/jobs\/(job_\w+)$/.exec(path ?? '')?.[1];
    if (method === 'GET' && status === 404 && acknowledged.has(`JobAccepted ${asked}`))
      report('hidden', String(asked), 'an acknowledged job was not found');
  }
  return [...acknowledged].filter((each) => each.startsWith('JobAccepted')).length;
};

const checkKeys = (entries: readonly Entry[], facts: readonly Fact[], report: Report): void => {
  const answers = new Map(ofKind(entries, 'answer').map((answer) => [answer.request, answer]));
  const keyed = ofKind(entries, 'request').filter(({ key }) => key !== null);
  for (const [key, requests] of grouped(keyed, (request) => String(request.key))) {
    const told = requests.flatMap(({ request }) => {
      const answer = answers.get(request);
      return answer && isSuccess(answer.status) ? [String(answer.resource)] : [];
    });
    if (new Set(told).size > 1) report('idempotency', key, `answered with ${[...new Set(told)].join(' and ')}`);
  }
  const accepted = facts.filter(({ type, data }) => type === 'JobAccepted' && data.retryOf === null);
  const keyOf = ({ data }: Fact): string => String((data.metadata as Record<string, unknown>).key ?? '');
  for (const [key, jobs] of grouped(accepted, keyOf))
    if (key !== '' && jobs.length > 1) report('idempotency', key, `${jobs.length} jobs are stored`);
};

const checkJobs = (facts: readonly Fact[], report: Report): void => {
  const jobs = grouped(
    facts.filter(({ stream }) => stream.startsWith('job.')),
    ({ stream }) => stream,
  );
  for (const [stream, story] of jobs) {
    const ends = story.filter(({ type }) => endings.has(type)).map(({ type }) => type);
    if (ends.length === 0) report('unfinished', stream, 'no event ends this job');
    if (ends.length > 1) report('double-terminal', stream, ends.join(', '));
  }
  const tasks = grouped(
    facts.filter(({ stream }) => stream.startsWith('task.')),
    ({ stream }) => stream,
  );
  for (const [stream, story] of tasks) {
    const settled = story.filter(({ type }) => settlements.has(type)).map(({ type }) => type);
    if (settled.length > 1) report('double-settlement', stream, settled.join(', '));
  }
};

const checkDownloads = (entries: readonly Entry[], facts: readonly Fact[], report: Report): void => {
  const downloads = new Map(ofKind(entries, 'download').map((download) => [download.fileId, download]));
  for (const { data } of facts.filter(({ type }) => type === 'JobCompleted')) {
    for (const output of data.outputs as Output[]) {
      const got = downloads.get(output.fileId);
      // Of a folder of files the main one is downloaded; the rest is judged by what lies on the disk.
      if (output.main !== null && got) continue;
      if (!got) report('download', output.fileId, `an output of ${String(data.jobId)} could not be downloaded`);
      else if (got.sizeBytes !== output.sizeBytes || got.sha256 !== output.blob.sha256)
        report(
          'download',
          output.fileId,
          `${got.sizeBytes} bytes, ${got.sha256} instead of ${output.sizeBytes}, ${output.blob.sha256}`,
        );
    }
  }
};

const checkWebhooks = (entries: readonly Entry[], facts: readonly Fact[], report: Report): number => {
  const calls = grouped(ofKind(entries, 'webhook'), ({ deliveryId }) => deliveryId);
  const kills = ofKind(entries, 'kill').filter(({ service }) => service === 'webhook' || service === 'nats');
  const exhausted = new Set(
    facts.filter(({ type }) => type === 'DeliveryExhausted').map(({ data }) => String(data.deliveryId)),
  );
  const scheduled = facts.filter(({ type }) => type === 'DeliveryScheduled').map(({ data }) => data);
  for (const { deliveryId, event } of scheduled) {
    const id = String(deliveryId);
    if (!calls.has(id) && !exhausted.has(id))
      report('webhook-missing', id, `${String(event)} was neither told nor given up`);
  }
  const wanted = new Set(
    facts
      .filter(({ type, data }) => type === 'JobAccepted' && data.webhook !== null)
      .map(({ data }) => String(data.jobId)),
  );
  const planned = new Set(scheduled.map(({ jobId, event }) => `${String(jobId)} ${String(event)}`));
  for (const { type, data } of facts.filter(({ type: each }) => endings.has(each))) {
    const jobId = String(data.jobId);
    const event = `job.${type.slice('Job'.length).toLowerCase()}`;
    if (wanted.has(jobId) && !planned.has(`${jobId} ${event}`))
      report('webhook-missing', jobId, `nobody is to be told of ${type}`);
  }
  let repeated = 0;
  for (const [deliveryId, [first, ...others]] of calls) {
    for (const repeat of others) {
      repeated++;
      const isLawful = kills.some(({ atMs }) => atMs >= (first?.atMs ?? 0) - repeatGraceMs && atMs <= repeat.atMs);
      if (!isLawful) report('webhook-repeated', deliveryId, 'told again although nothing was killed');
    }
  }
  return repeated;
};

/** Seconds from each kill of a worker to the next start of a task that it had in work. */
const resumeSeconds = (entries: readonly Entry[], facts: readonly Fact[], report: Report): number[] => {
  const tasks = grouped(
    facts.filter(({ stream }) => stream.startsWith('task.')),
    ({ stream }) => stream,
  );
  const waits: number[] = [];
  for (const { pid, process, atMs } of ofKind(entries, 'kill')) {
    for (const [stream, story] of tasks) {
      const at = story.findLastIndex(({ storedAtMs }) => storedAtMs <= atMs);
      const last = story[at];
      if (last?.type !== 'TaskStarted' || !String(last.data.worker).includes(`-${pid}-`)) continue;
      const next = story[at + 1];
      if (next?.type !== 'TaskStarted') continue;
      const seconds = (next.storedAtMs - atMs) / 1000;
      waits.push(seconds);
      if (seconds > resumeSecondsLimit)
        report('resume', stream, `${seconds.toFixed(1)} s after the kill of ${process}`);
    }
  }
  return waits;
};

/** What a worker that is asked to stop had in work is finished or handed back at once, and never counts as failed. */
const checkRolls = (entries: readonly Entry[], facts: readonly Fact[], report: Report): number[] => {
  const stops = new Map(ofKind(entries, 'stopped').map((stop) => [stop.pid, stop]));
  const tasks = grouped(
    facts.filter(({ stream }) => stream.startsWith('task.')),
    ({ stream }) => stream,
  );
  const waits: number[] = [];
  for (const { process, pid, atMs } of ofKind(entries, 'term')) {
    const stop = stops.get(pid);
    if (stop?.code !== 0) report('roll', process, `ended with ${stop?.code ?? 'nothing on record'} after SIGTERM`);
    for (const [stream, story] of tasks) {
      const at = story.findLastIndex(({ storedAtMs }) => storedAtMs <= atMs);
      const [last, next] = [story[at], story[at + 1]];
      if (last?.type !== 'TaskStarted' || !String(last.data.worker).includes(`-${pid}-`) || !next) continue;
      const seconds = (next.storedAtMs - atMs) / 1000;
      waits.push(seconds);
      const isFailed = next.type === 'TaskFailed' && (next.data.error as { fault: string }).fault === 'system';
      if (isFailed || next.type === 'TaskStarted')
        report('roll', stream, `${next.type} follows on the SIGTERM of ${process}`);
      else if (seconds > handBackSecondsLimit)
        report('roll', stream, `${next.type} ${seconds.toFixed(1)} s after the SIGTERM of ${process}`);
    }
  }
  return waits;
};

/** Seconds from each return of the broker to the next event. */
const brokerWaits = (entries: readonly Entry[], facts: readonly Fact[], report: Report): number[] =>
  ofKind(entries, 'broker').flatMap(({ state, atMs }) => {
    const next = facts.find(({ storedAtMs }) => storedAtMs >= atMs);
    if (state === 'away' || !next) return [];
    const seconds = (next.storedAtMs - atMs) / 1000;
    if (seconds > brokerResumeSecondsLimit)
      report('broker-resume', 'nats', `nothing happened for ${seconds.toFixed(1)} s after it was back`);
    return [seconds];
  });

/** A process that nobody ended goes on; only one that is just being started may give up while the broker is away. */
const checkCrashes = (entries: readonly Entry[], report: Report): void => {
  const broker = ofKind(entries, 'broker');
  for (const { process, code, atMs } of ofKind(entries, 'exit')) {
    const isAway = broker.some(
      ({ state, atMs: awayMs }, i) =>
        state === 'away' && awayMs <= atMs && atMs <= (broker[i + 1]?.atMs ?? Infinity) + startMsMax,
    );
    if (!isAway) report('crash', process, `ended by itself with ${code}`);
  }
};

/** Nothing is answered with an error that the client can do nothing about. */
const checkAnswers = (entries: readonly Entry[], report: Report): void => {
  for (const { status, request, retryAfter } of ofKind(entries, 'answer')) {
    if (status === 503 && retryAfter === null) report('server-error', request, '503 without Retry-After');
    if (status >= 500 && status !== 503 && status !== 507) report('server-error', request, `status ${status}`);
  }
};

const shownStatus: Readonly<Record<string, string>> = {
  JobAccepted: 'queued',
  JobCompleted: 'completed',
  JobFailed: 'failed',
  JobCancelled: 'cancelled',
};

const foldJobs = (facts: readonly Fact[]): Map<string, ShownJob> => {
  const jobs = new Map<string, ShownJob>();
  for (const { type, data } of facts) {
    const jobId = String(data.jobId);
    const before = jobs.get(jobId);
    if (type === 'JobAccepted') jobs.set(jobId, { jobId, status: 'queued', outputs: [] });
    else if (type === 'TaskStarted' && before?.status === 'queued') jobs.set(jobId, { ...before, status: 'running' });
    else if (givenBack.has(type) && before?.status === 'running') jobs.set(jobId, { ...before, status: 'queued' });
    else if (before && shownStatus[type] !== undefined) {
      const outputs = ((data.outputs ?? []) as Output[]).map(({ fileId, sizeBytes, blob }) => ({
        fileId,
        sizeBytes,
        sha256: blob.sha256,
      }));
      jobs.set(jobId, { jobId, status: shownStatus[type], outputs });
    }
  }
  return jobs;
};

const sameCounts = (one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): boolean =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => (one[key] ?? 0) === (other[key] ?? 0));

/** What the API shows is what the events say: every job, its status and outputs, and the counts. */
const checkProjections = (entries: readonly Entry[], facts: readonly Fact[], report: Report): void => {
  const jobs = foldJobs(facts);
  const list = ofKind(entries, 'list').at(-1);
  if (!list) report('unseen', 'list', 'the list of jobs is not on record');
  const shown = new Map((list?.jobs ?? []).map((job) => [job.jobId, job]));
  for (const [jobId, folded] of jobs) {
    const job = shown.get(jobId);
    if (!list) break;
    if (!job) report('unlisted', jobId, 'a stored job is not listed');
    else if (JSON.stringify(job) !== JSON.stringify(folded))
      report('projection', jobId, `${JSON.stringify(job)} is shown, ${JSON.stringify(folded)} is stored`);
  }
  for (const jobId of shown.keys()) if (!jobs.has(jobId)) report('ghost', jobId, 'a listed job is not stored');
  const statuses = counted([...jobs.values()].map(({ status }) => status));
  const types = counted(facts.map(({ type }) => type));
  const expected = {
    list: statuses,
    analytics: {
      submitted: types.JobAccepted ?? 0,
      completed: types.JobCompleted ?? 0,
      failed: types.JobFailed ?? 0,
      cancelled: types.JobCancelled ?? 0,
    },
  };
  for (const by of ['list', 'analytics'] as const) {
    const told = ofKind(entries, 'counts').findLast((entry) => entry.by === by);
    if (!told) report('unseen', by, 'the counts are not on record');
    else if (!sameCounts(told.counts, expected[by]))
      report('projection', by, `${JSON.stringify(told.counts)} is shown, ${JSON.stringify(expected[by])} is stored`);
  }
};

interface DiskFigures {
  readonly blobs: number;
  readonly orphanBlobs: number;
  readonly unfinishedBlobs: number;
}

/** Every blob of a live file is there and whole; nothing lies about that no event names. */
const checkDisk = (
  entries: readonly Entry[],
  messages: readonly StoredMessage[],
  facts: readonly Fact[],
  report: Report,
): DiskFigures => {
  const disk = ofKind(entries, 'disk').at(-1);
  if (!disk) {
    report('unseen', 'disk', 'the data folders are not on record');
    return { blobs: 0, orphanBlobs: 0, unfinishedBlobs: 0 };
  }
  const blobs = new Map(disk.blobs.map((blob) => [blob.sha256, blob]));
  const named = new Set(
    messages.flatMap(({ data }) => [...data.matchAll(/"sha256":"([0-9a-f]+)"/g)].map(([, id]) => id)),
  );
  for (const { sha256: id, names } of disk.blobs) if (named.has(id)) for (const name of names) named.add(name);
  const deleted = new Set(facts.filter(({ type }) => type === 'AssetDeleted').map(({ data }) => data.fileId));
  for (const { data } of facts.filter(({ type }) => type === 'AssetStored')) {
    if (deleted.has(data.fileId)) continue;
    const { sha256: id } = (data as unknown as Output).blob;
    for (const each of [id, ...(blobs.get(id)?.names ?? [])])
      if (!blobs.has(each)) report('blob-missing', String(data.fileId), `${each} is not there`);
  }
  for (const { sha256: id, digest } of disk.blobs) if (digest !== id) report('blob-damaged', id, `holds ${digest}`);
  const backMs = ofKind(entries, 'broker').findLast(({ state }) => state === 'back')?.atMs ?? 0;
  const isSettled = disk.atMs - backMs > settleMs;
  const grace = isSettled ? disk.orphanGraceSeconds : null;
  const orphans = disk.blobs.filter(({ sha256: id }) => !named.has(id));
  const unfinished = disk.temps.filter((temp) => temp.of === 'blob');
  for (const { sha256: id, ageSeconds } of orphans)
    if (grace !== null && ageSeconds > grace) report('orphan-file', id, `named by no event for ${ageSeconds} s`);
  for (const { of, process, path, ageSeconds } of disk.temps) {
    const limit = of === 'work' ? tempSecondsLimit : (grace ?? Infinity);
    if (ageSeconds > limit) report('temp-file', `${process} ${path}`, `${ageSeconds} s old`);
  }
  return { blobs: disk.blobs.length, orphanBlobs: orphans.length, unfinishedBlobs: unfinished.length };
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/**
 * How much each process grew that was there from the second fifth of a long run to its end. Medians: who takes over a
 * leader's work reads its history, and gives the memory for that back within two minutes.
 */
const memoryGrowth = (entries: readonly Entry[], report: Report): Record<string, number> => {
  const samples = ofKind(entries, 'memory');
  const [startMs, endMs] = [samples[0]?.atMs ?? 0, samples.at(-1)?.atMs ?? 0];
  const fifthMs = (endMs - startMs) / 5;
  const growth: Record<string, number> = {};
  if (endMs - startMs < memoryRunMsMin) return growth;
  for (const [, [first, ...rest]] of grouped(samples, ({ pid }) => String(pid))) {
    const early = rest.filter(({ atMs }) => atMs >= startMs + fifthMs && atMs < startMs + 2 * fifthMs);
    const late = rest.filter(({ atMs }) => atMs >= endMs - fifthMs);
    if (!first || first.atMs > startMs + fifthMs || early.length === 0 || late.length === 0) continue;
    const [before, after] = [early, late].map((each) => median(each.map(({ rssMiB }) => rssMiB))) as [number, number];
    const percent = Math.round((1000 * (after - before)) / before) / 10;
    growth[first.process] = percent;
    if (percent >= memoryGrowthLimit)
      report('memory', first.process, `${before.toFixed(0)} MiB grew to ${after.toFixed(0)} MiB`);
  }
  return growth;
};

/** Decides from the recorder's entries and the stored messages alone whether the platform kept its word. */
export const check = (entries: readonly Entry[], messages: readonly StoredMessage[]): Verdict => {
  const violations: Violation[] = [];
  const report: Report = (rule, ref, detail) => void violations.push({ rule, of: ref, detail });
  const facts = factsOf(messages);
  checkChains(messages, report);
  const acknowledged = checkPromises(entries, facts, report);
  checkKeys(entries, facts, report);
  checkJobs(facts, report);
  checkDownloads(entries, facts, report);
  const webhooksRepeated = checkWebhooks(entries, facts, report);
  const waits = resumeSeconds(entries, facts, report);
  const handBacks = checkRolls(entries, facts, report);
  const returns = brokerWaits(entries, facts, report);
  checkCrashes(entries, report);
  checkAnswers(entries, report);
  checkProjections(entries, facts, report);
  const disk = checkDisk(entries, messages, facts, report);
  const growth = memoryGrowth(entries, report);
  for (const { process, command } of ofKind(entries, 'orphan')) report('orphan', process, command);
  const found = (...rules: string[]): number => violations.filter(({ rule }) => rules.includes(rule)).length;
  const failed = facts.filter(({ type }) => type === 'JobFailed');
  return {
    kills: ofKind(entries, 'kill').length,
    freezes: ofKind(entries, 'freeze').length,
    rolls: ofKind(entries, 'term').length,
    handBackSecondsMax: Math.max(0, ...handBacks),
    brokerReturns: returns.length,
    brokerResumeSecondsMax: Math.max(0, ...returns),
    jobs: facts.filter(({ type }) => type === 'JobAccepted').length,
    acknowledged,
    lost: found('lost', 'hidden'),
    unfinished: found('unfinished'),
    doubleTerminal: found('double-terminal', 'double-settlement'),
    gaps: found('gap', 'chain'),
    webhooksReceived: ofKind(entries, 'webhook').length,
    webhooksMissing: found('webhook-missing'),
    webhooksRepeated,
    interruptedAttempts: waits.length,
    resumeSecondsMax: Math.max(0, ...waits),
    endings: counted(facts.map(({ type }) => type).filter((type) => endings.has(type))),
    failures: counted(failed.map(({ data }) => (data.error as { code: string }).code)),
    serverErrors: counted(
      ofKind(entries, 'answer')
        .filter(({ status }) => status >= 500)
        .map(({ status }) => String(status)),
    ),
    projectionDifferences: found('projection', 'unlisted', 'ghost'),
    ...disk,
    memoryGrowth: growth,
    violations,
  };
};

export const linesOf = <T>(file: string): T[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);

/** The verdict for people: one figure a line, then what was violated. */
export const table = ({ violations, ...figures }: Verdict): string =>
  [
    ...Object.entries(figures).map(
      ([name, value]) => `${name.padEnd(22)} ${typeof value === 'number' ? value : JSON.stringify(value)}`,
    ),
    `${'violations'.padEnd(22)} ${violations.length}`,
    ...violations.map(({ rule, of, detail }) => `  ${rule}  ${of}  ${detail}`),
  ].join('\n');

if (import.meta.main) {
  const [record = '', events = ''] = process.argv.slice(2);
  const verdict = check(linesOf<Entry>(record), linesOf<StoredMessage>(events));
  process.stdout.write(`${table(verdict)}\n${JSON.stringify(verdict)}\n`);
  process.exit(verdict.violations.length === 0 ? 0 : 1);
}
