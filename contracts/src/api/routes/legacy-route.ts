import { validationStatuses } from '../legacy-statuses.ts';
import type { Route } from '../route.ts';

/** A path of the first FFAPI, with the statuses that it had. */
export const legacy = (route: Omit<Route, 'tag'>): Route => ({
  tag: 'legacy',
  legacyStatuses: validationStatuses,
  ...route,
});
