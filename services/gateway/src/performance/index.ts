export { perfResults } from './perf-results.projection.ts';
export { PerfRunner } from './perf-run.runner.ts';
export { perfHandlers } from './perf.handlers.ts';
