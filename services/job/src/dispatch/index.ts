export { countJobEvent, gaugeQueue } from './count.state.ts';
export { Dispatcher } from './dispatcher.runner.ts';
export { executeAdvance } from './execute-advance.runner.ts';
export { hearWorkers } from './hear-workers.consumer.ts';
export { concurrencyOf, limitsOf, reasonToWait } from './limits-of-key.ts';
export { logJobEnd } from './log-job-end.consumer.ts';
export { QueueWaits } from './queue-waits.ts';
export { publishWork, releasedJobs } from './work-stream.client.ts';
