import { validationStatuses } from '../legacy-statuses.ts';
import type { Route, WithPathParams } from '../route.ts';

/** A path of the first FFAPI, with the statuses that it had. */
export const legacy = <const R extends Omit<Route, 'tag'>>(route: R & WithPathParams<R>): Route => ({
  tag: 'legacy',
  legacyStatuses: validationStatuses,
  ...(route as Omit<Route, 'tag'>),
});
