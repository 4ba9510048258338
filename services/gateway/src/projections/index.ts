import { jobs } from '@ffapi/job-view';
import { analytics } from './analytics.projection.ts';
import { auditLog } from './audit-log.projection.ts';
import { files } from './files.projection.ts';
import { incidents } from './incidents.projection.ts';
import { perfResults } from './perf-results.projection.ts';
import { reviews } from './reviews.projection.ts';
import { storageHours } from './storage-hours.projection.ts';

/** What this service projects, by the name under which it is queried. */
export const projected = {
  jobs,
  hours: analytics,
  files,
  results: perfResults,
  reviews,
  incidents,
  storageHours,
  audit: auditLog,
};
