export { perfResults } from './perf-results.projection.ts';
export { openPerformance } from './perf.handlers.ts';
