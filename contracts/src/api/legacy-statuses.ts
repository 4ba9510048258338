import type { Route } from './route.ts';

/** What the first FFAPI answered when a request did not have the fields it should have. */
export const validationStatuses = {
  invalid_request: 422,
  invalid_json: 422,
  input_required: 422,
} as const satisfies Route['legacyStatuses'];
