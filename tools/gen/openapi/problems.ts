import { errorDocPath, errors, type ErrorCode, type Route } from '@ffapi/contracts';
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
  ...(route.access === 'public' ? [] : (['unavailable'] as const)),
  'internal',
];

const statusOf = (route: Route, code: ErrorCode): number => route.legacyStatuses?.[code] ?? errors[code].status;

const problemExample = (code: ErrorCode, route: Route): JsonSchema => {
  const { title, hint } = errors[code];
  return {
    summary: title,
    value: {
      type: errorDocPath(code),
      title,
      status: statusOf(route, code),
      detail: hint,
      instance: route.path,
      code,
      ...(route.legacyStatuses ? { error: code } : {}),
      request_id: 'req_01k9vjz6f8e2m3q4r5s6t7v8w9',
      doc_url: errorDocPath(code),
      ...(code === 'invalid_request'
        ? { errors: [{ pointer: '/name_of_a_field', code: 'unknown_field', message: 'This field is not known here.' }] }
        : {}),
    },
  };
};

const retryAfter = {
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } },
};

/** The refusals of a route by HTTP status, each code with an example. */
export const problemResponses = (route: Route, problemSchema: JsonSchema): Record<string, JsonSchema> => {
  const codes = [...new Set([...(route.errors ?? []), ...commonCodes(route)])];
  const statuses = [...new Set(codes.map((code) => statusOf(route, code)))].toSorted((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const ofStatus = codes.filter((code) => statusOf(route, code) === status).toSorted();
      return [
        String(status),
        {
          description: ofStatus.map((code) => `\`${code}\`: ${errors[code].title}`).join('\n\n'),
          ...(status === 429 || status === 503 ? { headers: retryAfter } : {}),
          content: {
            'application/problem+json': {
              schema: problemSchema,
              examples: Object.fromEntries(ofStatus.map((code) => [code, problemExample(code, route)])),
            },
          },
        },
      ];
    }),
  );
};
