export { expireJobs } from './expire-jobs.runner.ts';
export { watchStoreUsage } from './store-usage.runner.ts';
