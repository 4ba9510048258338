import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

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
  readonly violations: readonly Violation[];
}

interface Fact {
  readonly position: number;
  readonly stream: string;
  readonly storedAtMs: number;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

type Of<K extends Entry['kind']> = Extract<Entry, { kind: K }>;
type Report = (rule: string, of: string, detail: string) => void;

const resumeSecondsLimit = 35;
/** How long before a call the kill may be that makes its repeat lawful: a call that was sent while the broker was away is recorded when it is back. */
const repeatGraceMs = 15_000;
const endings = new Set(['JobCompleted', 'JobFailed', 'JobCancelled']);
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
    (JSON.parse(data) as { events: Pick<Fact, 'type' | 'data'>[] }).events.map(({ type, data: of }) => ({
      position,
      stream: subject.slice('evt.'.length),
      storedAtMs,
      type,
      data: of,
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
    for (const output of data.outputs as {
      fileId: string;
      sizeBytes: number;
      blob: { sha256: string };
    }[]) {
      const got = downloads.get(output.fileId);
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
  const scheduled = grouped(
    facts.filter(({ type }) => type === 'DeliveryScheduled'),
    ({ data }) => String(data.jobId),
  );
  const wanted = new Set(
    facts
      .filter(({ type, data }) => type === 'JobAccepted' && data.webhook !== null)
      .map(({ data }) => String(data.jobId)),
  );
  for (const { type, data } of facts.filter(({ type: each }) => endings.has(each))) {
    const jobId = String(data.jobId);
    const ids = (scheduled.get(jobId) ?? []).map((delivery) => String(delivery.data.deliveryId));
    const isTold = ids.some((id) => exhausted.has(id) || calls.get(id)?.some((call) => call.jobId === jobId));
    if (wanted.has(jobId) && !isTold) report('webhook-missing', jobId, `${type} was not told`);
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

/** Decides from the recorder's entries and the stored messages alone whether the platform kept its word. */
export const check = (entries: readonly Entry[], messages: readonly StoredMessage[]): Verdict => {
  const violations: Violation[] = [];
  const report: Report = (rule, of, detail) => void violations.push({ rule, of, detail });
  const facts = factsOf(messages);
  checkChains(messages, report);
  const acknowledged = checkPromises(entries, facts, report);
  checkKeys(entries, facts, report);
  checkJobs(facts, report);
  checkDownloads(entries, facts, report);
  const webhooksRepeated = checkWebhooks(entries, facts, report);
  const waits = resumeSeconds(entries, facts, report);
  for (const { process, command } of ofKind(entries, 'orphan')) report('orphan', process, command);
  const found = (...rules: string[]): number => violations.filter(({ rule }) => rules.includes(rule)).length;
  const failed = facts.filter(({ type }) => type === 'JobFailed');
  return {
    kills: ofKind(entries, 'kill').length,
    freezes: ofKind(entries, 'freeze').length,
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
