import type { ProjectedEvent } from '@ffapi/es';
import type { Metrics } from '@ffapi/telemetry';
import type { QueueWaits } from './queue-waits.ts';
import type { OpenJobEvent } from '../jobs/index.ts';
import type { Dispatcher } from './dispatcher.runner.ts';

/** Counts what happened; done by the one process that leads, so that replicas do not count twice. */
export const countJobEvent = (metrics: Metrics, projected: ProjectedEvent<OpenJobEvent>, waits: QueueWaits): void => {
  const { event, occurredAt } = projected;
  const waitMs = waits.end(projected);
  if (waitMs !== null) metrics.queueWait.observe(waitMs / 1000);
  if ('dryRun' in event.data && event.data.dryRun) return;
  switch (event.type) {
    case 'JobAccepted':
      return metrics.jobsStarted.inc({ type: event.data.operation });
    case 'JobCompleted': {
      const type = event.data.operation;
      metrics.jobsCompleted.inc({ type });
      metrics.jobDuration.observe({ type }, (Date.parse(occurredAt) - Date.parse(event.data.acceptedAt)) / 1000);
      const { fps, speed } = event.data.stats ?? { fps: null, speed: null };
      if (fps !== null) metrics.ffmpegFps.set({ type }, fps);
      if (speed !== null) metrics.ffmpegSpeed.set({ type }, speed);
      if (fps !== null && speed) metrics.ffmpegTargetFps.set({ type }, fps / speed);
      return;
    }
    case 'JobFailed':
      return metrics.jobsFailed.inc({ type: event.data.operation, code: event.data.error.code });
    default:
  }
};

export const gaugeQueue = (metrics: Metrics, dispatcher: Dispatcher): void => {
  metrics.queueDepth.reset();
  metrics.activeWorkers.reset();
  for (const [pool, waiting] of Object.entries(dispatcher.pending())) metrics.queueDepth.set({ pool }, waiting);
  for (const { pool } of dispatcher.workers.live(Date.now())) metrics.activeWorkers.inc({ pool });
};
