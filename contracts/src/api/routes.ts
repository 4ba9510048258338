import type { Route } from './route.ts';
import { auditRoutes } from './routes/audit-routes.ts';
import { legacyRoutes } from './routes/legacy-routes.ts';
import { fileRoutes } from './routes/file-routes.ts';
import { incidentRoutes } from './routes/incident-routes.ts';
import { jobRoutes } from './routes/job-routes.ts';
import { keyRoutes } from './routes/key-routes.ts';
import { meRoutes } from './routes/me-routes.ts';
import { perfRoutes } from './routes/perf-routes.ts';
import { platformRoutes } from './routes/platform-routes.ts';
import { presetRoutes } from './routes/preset-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { settingRoutes } from './routes/setting-routes.ts';
import { reviewRoutes } from './routes/review-routes.ts';
import { submitRoutes } from './routes/submit-routes.ts';
import { userRoutes } from './routes/user-routes.ts';
import { webhookRoutes } from './routes/webhook-routes.ts';

export { composeForm } from './routes/submit-routes.ts';
export { legacyRoutes, fileRoutes, jobRoutes, perfRoutes, platformRoutes, submitRoutes, webhookRoutes };

/** Every public route. */
export const routes: readonly Route[] = [
  ...submitRoutes,
  ...Object.values(jobRoutes),
  ...Object.values(fileRoutes),
  ...Object.values(webhookRoutes),
  ...Object.values(meRoutes),
  ...Object.values(keyRoutes),
  ...Object.values(auditRoutes),
  ...Object.values(settingRoutes),
  ...Object.values(userRoutes),
  ...Object.values(sessionRoutes),
  ...Object.values(perfRoutes),
  ...Object.values(reviewRoutes),
  ...Object.values(incidentRoutes),
  ...Object.values(presetRoutes),
  ...Object.values(platformRoutes),
  ...Object.values(legacyRoutes),
];
