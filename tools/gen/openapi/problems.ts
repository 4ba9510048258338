import { errors, type ErrorCode, type Route } from '@ffapi/contracts';
import type { JsonSchema } from '../json-schema.ts';

/** What any call can be answered with, beside what its route names. */
const commonCodes = (route: Route): ErrorCode[] => [
  ...(route.access === 'public'
    ? []
    : ([
        'api_key_required',
        'api_key_invalid',
        'address_not_allowed',
        'key_suspended',
        'forbidden',
        'rate_limited',
      ] as const)),
  'api_key_in_query',
  ...Object.values(route.params ?? {}).map(({ absent }) => absent),
  ...(route.query || route.body ? (['invalid_request'] as const) : []),
  ...(route.body ? (['invalid_json', 'body_too_large', 'media_type_not_supported'] as const) : []),
  ...(route.access === 'public' ? [] : (['event_unknown', 'unavailable'] as const)),
  'internal',
];

const statusOf = (route: Route, code: ErrorCode): number => route.legacyStatuses?.[code] ?? errors[code].status;

const problemContent = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
};

/** The two forms of a refusal that every route shares. */
export const sharedResponses: Readonly<Record<string, JsonSchema>> = {
  Problem: { description: 'Refused, or failed: `code` says why.', content: problemContent },
  ProblemForNow: {
    description: 'Refused for now: try again after the time given.',
    headers: { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } },
    content: problemContent,
  },
};

/** The refusals of a route by HTTP status, with the codes of each. */
export const problemResponses = (route: Route): Record<string, JsonSchema> => {
  const codes = [...new Set([...(route.errors ?? []), ...commonCodes(route)])];
  const statuses = [...new Set(codes.map((code) => statusOf(route, code)))].toSorted((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const ofStatus = codes.filter((code) => statusOf(route, code) === status).toSorted();
      const shared = status === 429 || status === 503 ? 'ProblemForNow' : 'Problem';
      const description = ofStatus.map((code) => `\`${code}\``).join(', ');
      return [String(status), { $ref: `#/components/responses/${shared}`, description }];
    }),
  );
};
