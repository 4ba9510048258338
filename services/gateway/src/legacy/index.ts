export { plainOrJob } from './legacy-commands.handlers.ts';
export { legacyJobHandlers } from './legacy-jobs.handlers.ts';
export { legacyTempoHandlers } from './legacy-tempo.handlers.ts';
export { legacyHandlers } from './legacy.handlers.ts';
