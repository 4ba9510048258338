import type { ServerResponse } from 'node:http';
import { type FeedItem, type LiveFeed, isTerminalEvent } from './feed.state.ts';
import {
  evolveJob,
  shownProgress,
  foldHistory,
  type JobDocument,
  type ShownProgress,
  type JobHistoryEvent,
  type ToldProgress,
} from '@ffapi/job-view';

/** Where frames of one watcher go: an event stream or a WebSocket. */
export interface FrameSink {
  event(event: JobHistoryEvent): void;
  progress(frame: ShownProgress): void;
  end(): void;
  readonly isOpen: () => boolean;
}

/** The sink of somebody who may be told no more from one moment on: then it ends. */
export const whileAllowed = (sink: FrameSink, isAllowed: () => boolean): FrameSink => ({
  ...sink,
  isOpen: () => {
    if (!sink.isOpen()) return false;
    if (isAllowed()) return true;
    sink.end();
    return false;
  },
});

const progressEveryMs = 500;
const finished: ShownProgress = { percent: 100, fps: null, speed: null, eta_seconds: null, stage: 'publish' };

const jobAfter = (job: JobDocument | null, event: JobHistoryEvent): JobDocument | null => evolveJob(job, event);

/** After which event a watcher wants to go on; what is no position starts from the beginning. */
export const positionOf = (value: string | null | undefined): number =>
  typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : 0;

/**
 * Sends a job's story after a position, then what happens until it ends; no event is missed or told twice between the
 * two, progress comes at most twice a second and never falls. `readPast` must leave no gap: what comes later and is
 * older than its newest event is not told.
 */
export const streamJob = async (
  feed: LiveFeed,
  jobId: string,
  readPast: () => Promise<JobHistoryEvent[]>,
  after: number,
  sink: FrameSink,
): Promise<() => void> => {
  const early: FeedItem[] = [];
  let deliver = (item: FeedItem): void => void early.push(item);
  let last = after;
  let toldAtMs = -progressEveryMs;
  let percent = 0;
  let job: JobDocument | null = null;
  const unwatch = feed.watch(jobId, (item) => deliver(item));

  const show = (told: ToldProgress | null): void => {
    if (job === null) return;
    const shown = shownProgress(job.tasks, told, percent);
    toldAtMs = performance.now();
    percent = shown.percent;
    sink.progress(shown);
  };

  const tell = (item: FeedItem): void => {
    if (!sink.isOpen()) return;
    if (item.kind === 'progress') {
      if (performance.now() - toldAtMs >= progressEveryMs) show(item.told);
      return;
    }
    if (item.event.position < last || (item.event.position === last && item.event.index === 0)) return;
    last = item.event.position;
    job = jobAfter(job, item.event);
    if (item.event.event.type === 'JobCompleted') sink.progress(finished);
    sink.event(item.event);
    if (item.event.event.type === 'TaskCompleted') show(feed.progressOf(jobId));
    if (isTerminalEvent(item.event)) {
      unwatch();
      sink.end();
    }
  };

  const past = await readPast();
  const hasEnded = past.some(isTerminalEvent);
  job = foldHistory(past);
  percent = job?.progress.at(-1)?.percent ?? 0;
  for (const event of past) {
    if (event.position > after) {
      last = event.position;
      sink.event(event);
    }
  }
  if (hasEnded) {
    unwatch();
    sink.end();
    return () => {};
  }
  for (const item of early) tell(item);
  deliver = tell;
  return unwatch;
};

/** Server-sent events (WHATWG HTML §9.2): stored events carry their position as id, progress carries none. */
export const eventStreamSink = (raw: ServerResponse, resource: (event: JobHistoryEvent) => unknown): FrameSink => ({
  event: (event) =>
    void raw.write(`id: ${event.position}\nevent: ${event.event.type}\ndata: ${JSON.stringify(resource(event))}\n\n`),
  progress: (frame) => void raw.write(`event: progress\ndata: ${JSON.stringify(frame)}\n\n`),
  end: () => raw.end(),
  isOpen: () => !raw.destroyed && !raw.writableEnded,
});
