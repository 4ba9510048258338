import { mkdirSync } from 'node:fs';
import { patientBlobStore, type BlobStore } from '@ffapi/blob';
import { signals, tell } from '@ffapi/bus';
import {
  inlineBytesMax,
  type BlobRef,
  type FallBack,
  type ProgressFrame,
  type Sized,
  type WorkItem,
} from '@ffapi/contracts';
import { failPoint } from '@ffapi/fail-points';
import type { Logger } from '@ffapi/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import { JobLog } from './job-log.ts';
import { rememberStored, type StoredBlobs } from './stored-blobs.ts';
import { unlessStopped, untilBack, type Waiting } from './until-back.ts';
import { removeTree } from './work-dirs.ts';

const progressEveryMs = 500;
const historyStepPercent = 5;

export type ProgressReport = Omit<ProgressFrame, 'jobId' | 'n' | 'attempt' | 'at'>;

/** Why an attempt was told to stop. */
export type StopReason = 'cancelled' | 'superseded' | 'drained';

/** What a task's work is given: where to say how far it is, what it says, and when to stop. */
export interface Attempt {
  readonly item: WorkItem;
  readonly number: number;
  readonly workDir: string;
  readonly signal: AbortSignal;
  /** Waits for a store that is away, as long as that is worth it and nobody stops the attempt. */
  readonly blobs: BlobStore;
  progress(report: ProgressReport): void;
  log(line: string): void;
  /** Records that it goes on with less of the GPU. */
  fellBack(fall: FallBack): Promise<void>;
  /** The log so far as a blob. */
  storeLog(): Promise<BlobRef | null>;
}

export interface AttemptPorts {
  readonly blobs: BlobStore;
  readonly connection: NatsConnection;
  readonly now: () => string;
  readonly waiting: Waiting;
  readonly log: Logger;
  readonly fellBack: (attempt: RunningAttempt, fall: FallBack) => Promise<void>;
}

export class RunningAttempt implements Attempt {
  readonly item: WorkItem;
  readonly number: number;
  readonly blobs: BlobStore;
  readonly #workDir: string;
  #hasWorkDir = false;
  readonly #connection: NatsConnection;
  readonly #now: () => string;
  readonly #logger: Logger;
  readonly #storeOfLog: BlobStore;
  readonly #waiting: Waiting;
  readonly #fellBack: AttemptPorts['fellBack'];
  readonly #abort = new AbortController();
  readonly #log = new JobLog();
  readonly #stored: StoredBlobs;
  #hasWaited = false;
  #storedLog: Promise<BlobRef | null> | null = null;
  #toldAtMs = 0;
  #percent = 0;
  readonly history: { at: string; percent: number }[] = [];
  stopReason: StopReason | null = null;

  constructor(item: WorkItem, number: number, workDir: string, ports: AttemptPorts) {
    this.item = item;
    this.number = number;
    this.#workDir = workDir;
    this.#waiting = ports.waiting;
    this.#logger = ports.log;
    this.#storeOfLog = ports.blobs;
    const waits = {
      signal: this.signal,
      startedMs: ports.waiting.nowMs(),
      waiting: ports.waiting,
      onAway: (err: Error) => {
        this.#hasWaited = true;
        ports.log.warn({ err, jobId: item.jobId, n: item.n }, 'a task waits for the blob store');
        this.log('waiting for the storage, which is away');
      },
    };
    this.#stored = rememberStored(patientBlobStore(ports.blobs, (work) => untilBack(work, waits), this.signal));
    this.blobs = this.#stored.blobs;
    this.#connection = ports.connection;
    this.#now = ports.now;
    this.#fellBack = ports.fellBack;
  }

  /** Made when it is first asked for: publishing needs none. */
  get workDir(): string {
    if (!this.#hasWorkDir) mkdirSync(this.#workDir, { recursive: true });
    this.#hasWorkDir = true;
    return this.#workDir;
  }

  /** Removes what the work has left in its folder. What stays is swept with the process: the task has ended as it has. */
  async removeWorkDir(): Promise<void> {
    try {
      if (this.#hasWorkDir) await removeTree(this.#workDir);
    } catch (err) {
      this.#logger.error({ err, jobId: this.item.jobId }, 'a work folder could not be removed');
    }
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  stop(reason: StopReason): void {
    this.stopReason ??= reason;
    this.#abort.abort(reason);
  }

  progress(report: ProgressReport): void {
    failPoint('worker.mid-run');
    const nowMs = performance.now();
    this.#percent = Math.max(this.#percent, report.percent);
    if (this.#percent >= (this.history.at(-1)?.percent ?? 0) + historyStepPercent)
      this.history.push({ at: this.#now(), percent: Math.round(this.#percent * 10) / 10 });
    if (nowMs - this.#toldAtMs < progressEveryMs) return;
    this.#toldAtMs = nowMs;
    const { jobId, n } = this.item;
    const frame: ProgressFrame = { ...report, percent: this.#percent, jobId, n, attempt: this.number, at: this.#now() };
    tell(this.#connection, signals.progress(jobId), frame);
  }

  fellBack(fall: FallBack): Promise<void> {
    return this.#fellBack(this, fall);
  }

  log(line: string): void {
    this.#log.add(line);
    this.#storedLog = null;
    tell(this.#connection, signals.log(this.item.jobId), { line });
  }

  /** Makes sure that what was stored before an outage is there, and stays until the task is recorded as completed. */
  async keepStored(): Promise<void> {
    if (this.#hasWaited) await this.#stored.renew();
  }

  /** The log as a blob, or `null` when nothing was said or it cannot be stored: a lost log never fails a task. */
  async storeLog(): Promise<BlobRef | null> {
    if (this.#log.isEmpty) return null;
    const storing = (this.#storedLog ??= this.#putLog());
    const stored = await storing;
    // The next to ask finds the store back, perhaps.
    if (stored === null && this.#storedLog === storing) this.#storedLog = null;
    return stored;
  }

  /** It is not waited for as the work is: that may be done by now. */
  async #putLog(): Promise<BlobRef | null> {
    const putting = this.#storeOfLog.put(this.#log.toBuffer());
    return unlessStopped(putting, this.signal, this.#waiting).catch(() => null);
  }
}

/** The value inline, or as a blob when it is too large for an event. */
export const sizedValue = async (blobs: BlobStore, value: unknown): Promise<Sized<unknown>> => {
  const json = Buffer.from(JSON.stringify(value));
  return json.length <= inlineBytesMax ? { inline: value } : { blob: await blobs.put(json) };
};
