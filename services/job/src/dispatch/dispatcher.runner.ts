import type { QueuePlace, WorkerHeartbeat, WorkItem } from '@ffapi/contracts';
import type { Queued } from './fair-queue.ts';
import { KeyGate } from './key-gate.ts';
import { Pace, secondsUntil } from './pace.ts';
import { PoolQueues } from './pool-queues.ts';
import { Slots, type Slot } from './slots.ts';
import {
  advanceJob,
  type Advance,
  routeOf,
  takenBack,
  type Reroute,
  workItemOf,
  isSettled,
  type OpenJob,
  type OpenTask,
} from '../jobs/index.ts';
import type { DispatcherPorts } from './dispatcher-ports.ts';
import { goneAfterMs, WorkerRegistry } from './worker-registry.ts';

interface Waiting extends Queued {
  readonly jobId: string;
  readonly n: number;
}

const idOfTask = (jobId: string, n: number): string => `${jobId}.${n}`;
/** Releasing ahead of the free slots hides the way to the broker; more would take the choice away from priorities. */
const releasePerSlot = 2;
const republishMs = 250;

/**
 * Decides which task is released next. Its memory is derived from the open jobs, so losing it loses nothing; a second
 * dispatcher does no harm, because the broker keeps one message per task and the task's stream lets one attempt start.
 */
export class Dispatcher {
  readonly workers: WorkerRegistry;
  readonly #ports: DispatcherPorts;
  readonly #jobs = new Map<string, OpenJob>();
  readonly #queues = new PoolQueues<Waiting>();
  readonly #slots = new Slots();
  readonly #due = new Map<string, NodeJS.Timeout>();
  readonly #pace = new Pace();
  readonly #gate: KeyGate;
  readonly #released: Set<string>;
  readonly #publishing = new Set<Promise<void>>();
  #isStopped = false;

  constructor(ports: DispatcherPorts) {
    this.#ports = ports;
    this.workers = new WorkerRegistry(ports.nowMs());
    this.#released = new Set(ports.released);
    this.#gate = new KeyGate(ports.concurrencyOf);
  }

  /** Takes note of a job's newest state (`null`: it is over) and does what it needs. */
  update(jobId: string, job: OpenJob | null): void {
    const before = this.#jobs.get(jobId);
    if (job) this.#jobs.set(jobId, job);
    else this.#jobs.delete(jobId);
    for (const task of (job ?? before)?.tasks ?? []) this.#account(jobId, task, job === null);
    const isAtWork = job?.status === 'open' && job.hold !== 'held';
    // One that another dispatcher let in has its place, also when nothing of it is to be released now.
    if (isAtWork && this.hasBegun(job)) this.#hasPlace(job);
    if (job) for (const advance of advanceJob(job)) this.#follow(job, advance);
    if (isAtWork) return this.pump();
    const { apiKeyId } = (job ?? before)?.accepted ?? {};
    if (apiKeyId === undefined) return;
    this.#gate.leave(jobId, apiKeyId);
    this.keyChanged(apiKeyId);
  }

  /** Lets in the jobs of a key that there is a place for now. */
  keyChanged(apiKeyId: string): void {
    for (let next = this.#gate.next(apiKeyId); next !== null; next = this.#gate.next(apiKeyId)) {
      const job = this.#jobs.get(next);
      if (job) for (const advance of advanceJob(job)) this.#follow(job, advance);
    }
    this.pump();
  }

  heartbeat(heartbeat: WorkerHeartbeat): void {
    this.workers.note(heartbeat, this.#ports.nowMs());
    this.pump();
  }

  /** Releases what there is room for. */
  pump(): void {
    if (this.#isStopped || !this.#ports.isLeading()) return;
    for (const pool of this.#queues.pools()) {
      const room = releasePerSlot * this.workers.slots(pool, this.#ports.nowMs());
      while (this.#slots.inUse(pool) < room) {
        const next = this.#queues.take(pool);
        if (!next) break;
        this.#release(next);
      }
    }
  }

  /** Mends what no event will: messages that are gone, workers that are gone or have lost a task, decisions that failed. */
  sweep(): void {
    const now = this.#ports.nowMs();
    for (const [id, slot] of this.#slots) {
      const isHeld = slot.worker !== null && this.workers.holds(slot.worker, id, slot.sinceMs, now);
      const patienceMs = slot.worker === null ? this.#ports.ackWaitMs : Math.min(this.#ports.ackWaitMs, goneAfterMs);
      if (isHeld || now - slot.sinceMs <= patienceMs) continue;
      const [jobId, n] = splitId(id);
      const job = this.#jobs.get(jobId);
      const task = job?.tasks.find((candidate) => candidate.n === n);
      if (!job || !task) this.#slots.delete(id);
      else {
        this.#slots.set(id, { ...slot, sinceMs: now });
        this.#publish(job, task, { afterLostWorker: slot.worker !== null, isReplaced: true });
      }
    }
    for (const { job, task, ...route } of takenBack(this.#jobs.values(), this.workers.gpus(now), now))
      this.#reroute(job, task, route);
    for (const job of this.#jobs.values()) {
      for (const advance of advanceJob(job)) if (advance.type !== 'release') this.#follow(job, advance);
    }
    this.pump();
  }

  place(jobId: string): QueuePlace {
    const job = this.#jobs.get(jobId);
    const now = this.#ports.nowMs();
    if (job && this.#gate.isWaiting(jobId, job.accepted.apiKeyId))
      return { position: null, etaSeconds: null, reason: this.#ports.reasonToWait(job.accepted.apiKeyId) };
    for (const task of job?.tasks ?? []) {
      const id = idOfTask(jobId, task.n);
      if (this.#due.has(id))
        return { position: null, etaSeconds: secondsUntil(task.dueAt, now), reason: 'retry_scheduled' };
      const slots = this.workers.slots(task.pool, now);
      if (this.#slots.get(id)?.worker === null)
        return {
          position: 0,
          etaSeconds: this.#pace.eta(task.pool, 0, slots),
          reason: slots > 0 ? 'queue' : 'no_worker',
        };
      const ahead = this.#queues.position(task.pool, id);
      if (ahead === null) continue;
      if (slots === 0) return { position: ahead, etaSeconds: null, reason: 'no_worker' };
      const position = ahead + this.#slots.waiting(task.pool);
      return { position, etaSeconds: this.#pace.eta(task.pool, position, slots), reason: 'queue' };
    }
    return { position: null, etaSeconds: null, reason: null };
  }

  /** Tasks that wait for their turn, by pool. */
  pending(): Record<string, number> {
    return this.#queues.sizes();
  }

  /** Whether a message of this task in the queue is somebody's business. */
  needsMessage(jobId: string, n: number, isReadable: boolean): boolean {
    return isReadable ? this.#jobs.has(jobId) : this.#slots.has(idOfTask(jobId, n));
  }

  /** Whether a job has its key's place already, whoever gave it. */
  hasBegun(job: OpenJob | null): boolean {
    return job !== null && (job.hasBegun || this.#released.has(job.jobId));
  }

  /** Resolves when nothing is released any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const timer of this.#due.values()) clearTimeout(timer);
    await Promise.all(this.#publishing);
  }

  #follow(job: OpenJob, advance: Advance): void {
    if (advance.type === 'release') {
      if (this.#hasPlace(job)) this.#enqueue(job, advance.task);
    } else this.#ports.execute(job, advance).catch(this.#ports.onError);
  }

  /** A plan of what would run uses nothing up, and waits for nobody. */
  #hasPlace(job: OpenJob): boolean {
    const { jobId, accepted } = job;
    if (accepted.dryRun) return true;
    const hasBegun = this.hasBegun(job);
    this.#released.delete(jobId);
    return this.#gate.enter({ jobId, apiKeyId: accepted.apiKeyId, priority: accepted.priority, hasBegun });
  }

  #enqueue(job: OpenJob, task: OpenTask): void {
    const id = idOfTask(job.jobId, task.n);
    if (this.#slots.has(id) || this.#due.has(id)) return;
    const now = this.#ports.nowMs();
    const waitMs = task.dueAt === null ? 0 : Date.parse(task.dueAt) - now;
    if (waitMs > 0) return this.#wait(id, waitMs, () => this.#enqueue(job, task));
    const route = routeOf(job, task, this.workers.gpus(now), now);
    if (route) return this.#reroute(job, task, route);
    const { priority, apiKeyId } = job.accepted;
    this.#queues.push({ id, jobId: job.jobId, n: task.n, pool: task.pool, priority, apiKeyId });
  }

  /** It goes on when the fact is stored and comes back. */
  #reroute(job: OpenJob, task: OpenTask, route: Reroute): void {
    const storing = this.#ports.execute(job, { type: 'reroute-task', task, ...route });
    storing.catch((error: unknown) => this.#tryLater(job.jobId, task.n, error));
  }

  #wait(id: string, ms: number, then: () => void): void {
    const timer = setTimeout(
      () => {
        this.#due.delete(id);
        then();
        this.pump();
      },
      Math.min(ms, 2 ** 31 - 1),
    );
    this.#due.set(id, timer);
  }

  #release(next: Waiting): void {
    const job = this.#jobs.get(next.jobId);
    const task = job?.tasks.find(({ n }) => n === next.n);
    if (!job || !task) return;
    this.#slots.set(next.id, { pool: next.pool, sinceMs: this.#ports.nowMs(), worker: null });
    this.#publish(job, task);
  }

  #publish(job: OpenJob, task: OpenTask, how: { afterLostWorker?: boolean; isReplaced?: boolean } = {}): void {
    const publishing = this.#tryToPublish(job, task, how).finally(() => this.#publishing.delete(publishing));
    this.#publishing.add(publishing);
  }

  async #tryToPublish(
    job: OpenJob,
    task: OpenTask,
    { afterLostWorker = false, isReplaced = false }: { afterLostWorker?: boolean; isReplaced?: boolean },
  ): Promise<void> {
    const id = idOfTask(job.jobId, task.n);
    try {
      const isNew = await this.#ports.publish(this.#workItem(job, task, afterLostWorker), isReplaced);
      // A worker that has just failed or handed back its task acknowledges a moment after its event: then there is room.
      if (!isNew && task.attempt > 0 && !afterLostWorker && this.#slots.get(id)?.worker === null && !this.#due.has(id))
        this.#wait(id, republishMs, () => {
          if (this.#slots.get(id)?.worker === null) this.#publish(job, task);
        });
    } catch (error) {
      this.#slots.delete(id);
      this.#tryLater(job.jobId, task.n, error);
    }
  }

  #workItem(job: OpenJob, task: OpenTask, afterLostWorker: boolean): WorkItem {
    const { attemptsMax, retryDelayMs, limitsOf } = this.#ports;
    const limits = limitsOf(job.accepted.apiKeyId);
    return workItemOf(job, task, { attemptsMax, retryDelayMs, afterLostWorker, ...(limits && { limits }) });
  }

  #tryLater(jobId: string, n: number, error: unknown): void {
    this.#ports.onError(error);
    const id = idOfTask(jobId, n);
    if (this.#isStopped || this.#due.has(id)) return;
    this.#wait(id, republishMs, () => {
      const job = this.#jobs.get(jobId);
      if (job) this.update(jobId, job);
    });
  }

  #account(jobId: string, task: OpenTask, isOver: boolean): void {
    const id = idOfTask(jobId, task.n);
    if (task.route !== null) this.#queues.remove(id, task.pool);
    const slot = this.#slotOf(id, task);
    if (!isOver && task.status === 'running') {
      if (slot?.worker !== task.worker)
        this.#slots.set(id, { pool: task.pool, sinceMs: this.#ports.nowMs(), worker: task.worker });
      return;
    }
    if (slot && (isOver || slot.worker !== null || isSettled(task))) {
      if (slot.worker !== null && task.status === 'completed')
        this.#pace.learn(task.pool, this.#ports.nowMs() - slot.sinceMs);
      this.#slots.delete(id);
    }
    if (isOver || isSettled(task)) {
      this.#queues.remove(id);
      clearTimeout(this.#due.get(id));
      this.#due.delete(id);
    }
  }

  /** The slot of a task in the pool in which it is now; what was released in another is none. */
  #slotOf(id: string, task: OpenTask): Slot | undefined {
    const slot = this.#slots.get(id);
    if (slot === undefined || slot.pool === task.pool) return slot;
    this.#slots.delete(id);
    if (slot.worker === null) return undefined;
    // The next sweep gives it to another, unless its worker is there after all.
    this.#slots.set(id, { ...slot, pool: task.pool, sinceMs: this.#ports.nowMs() - this.#ports.ackWaitMs });
    return this.#slots.get(id);
  }
}

const splitId = (id: string): [jobId: string, n: number] => {
  const at = id.lastIndexOf('.');
  return [id.slice(0, at), Number(id.slice(at + 1))];
};
