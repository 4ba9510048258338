export { runFanOut, scheduledDelivery } from './fan-out.consumer.ts';
export { JobOwners } from './job-owners.state.ts';
export { ProgressNotifier, type ProgressPorts } from './progress-notifier.consumer.ts';
