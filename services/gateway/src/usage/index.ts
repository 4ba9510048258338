export { type HourDocument, analytics } from './analytics.projection.ts';
export { readAnalytics } from './analytics.ts';
export { storageHours } from './storage-hours.projection.ts';
export { openUsage } from './usage.handlers.ts';
