import { jobs } from '@ffapi/job-view';
import { analytics, storageHours } from '../usage/index.ts';
import { auditLog } from '../audit/index.ts';
import { files } from '../files/index.ts';
import { incidents } from '../incidents/index.ts';
import { perfResults } from '../performance/index.ts';
import { reviews } from '../reviews/index.ts';
import { shares } from '../shares/index.ts';

/** What this service projects, by the name under which it is queried. */
export const projected = {
  jobs,
  hours: analytics,
  files,
  results: perfResults,
  reviews,
  shares,
  incidents,
  storageHours,
  audit: auditLog,
};
