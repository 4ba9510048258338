import { validationStatuses } from '../legacy-statuses.ts';
import type { Route, WithPathParams } from '../route.ts';

type Omitted<R> = R extends unknown ? Omit<R, 'tag'> : never;

/** A path of FFAPI 1, with the statuses that it had. */
export const legacy = <const R extends Omitted<Route>>(route: R & WithPathParams<R>) => ({
  tag: 'legacy' as const,
  legacyStatuses: validationStatuses as Route['legacyStatuses'],
  ...(route as R),
});
