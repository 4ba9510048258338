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
import { shareRoutes } from './routes/share-routes.ts';
import { submitRoutes } from './routes/submit-routes.ts';
import { userRoutes } from './routes/user-routes.ts';
import { webhookRoutes } from './routes/webhook-routes.ts';

export type { legacyRecordRoutes } from './routes/legacy-record-routes.ts';
export { composeForm, submitIdOf, type SubmitId } from './routes/submit-routes.ts';
export {
  auditRoutes,
  fileRoutes,
  incidentRoutes,
  jobRoutes,
  keyRoutes,
  legacyRoutes,
  meRoutes,
  perfRoutes,
  platformRoutes,
  presetRoutes,
  reviewRoutes,
  sessionRoutes,
  settingRoutes,
  shareRoutes,
  submitRoutes,
  userRoutes,
  webhookRoutes,
};

const tables = [
  submitRoutes,
  jobRoutes,
  fileRoutes,
  shareRoutes,
  webhookRoutes,
  meRoutes,
  keyRoutes,
  auditRoutes,
  settingRoutes,
  userRoutes,
  sessionRoutes,
  perfRoutes,
  reviewRoutes,
  incidentRoutes,
  presetRoutes,
  platformRoutes,
  legacyRoutes,
] as const;

/** Of a table of routes, each by its id. */
export type ById<Table extends Readonly<Record<string, Route>>> = {
  readonly [R in Table[keyof Table] as R['id']]: R;
};

type Tables<All extends readonly unknown[]> = All extends readonly [infer First, ...infer Rest]
  ? (First extends Readonly<Record<string, Route>> ? ById<First> : unknown) & Tables<Rest>
  : unknown;

/** Every public route as it was declared, by its id. */
export type RoutesById = Tables<typeof tables>;
export type RouteId = keyof RoutesById;

/** Every public route. */
export const routes: readonly (Route & { readonly id: RouteId })[] = tables.flatMap(
  (table) => Object.values(table) as (Route & { readonly id: RouteId })[],
);
