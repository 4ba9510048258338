import { errors, type ErrorCode, type Problem, type Route } from '@ffapi/contracts';
import type { JsonSchema } from '../json-schema.ts';
import { exampleFileId, exampleHost } from './examples.ts';

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
  ...(route.access === 'public' ? [] : (['event_unknown', 'unavailable', 'message_unreadable'] as const)),
  'internal',
];

const statusOf = (route: Route, code: ErrorCode): number => route.legacyStatuses?.[code] ?? errors[code].status;

const problemOf = (code: ErrorCode, detail: string, more: Partial<Problem> = {}): Problem => {
  const { status, title, hint } = errors[code];
  const page = `${exampleHost}/documentation/errors/${code}`;
  const [instance, request_id] = ['/v1/transcode', 'req_01k9vjz6f8e2m3q4r5s6t7v8w9'];
  return { type: page, title, status, detail, hint, instance, code, request_id, doc_url: page, ...more };
};

const unknownField = {
  pointer: '/crff',
  code: 'unknown_field',
  message: 'This field is not known here; did you mean crf?',
  suggestion: 'crf',
};

/** Refusals as they look: of a field, of what is not there, and of what may be asked again. */
export const problemExamples: Readonly<Record<string, { readonly summary: string; readonly value: Problem }>> = {
  ProblemOfAField: {
    summary: 'A field is at fault',
    value: problemOf('invalid_request', 'One field is not valid.', { errors: [unknownField] }),
  },
  ProblemOfAFile: {
    summary: 'Something is not there',
    value: problemOf('file_not_found', `There is no file ${exampleFileId}.`, { file_id: exampleFileId }),
  },
  ProblemForNow: { summary: 'Too many requests', value: problemOf('rate_limited', errors.rate_limited.hint) },
};

const contentLike = (...examples: readonly string[]): JsonSchema => ({
  'application/problem+json': {
    schema: { $ref: '#/components/schemas/Problem' },
    examples: Object.fromEntries(examples.map((name) => [name, { $ref: `#/components/examples/${name}` }])),
  },
});

/** The two forms of a refusal that every route shares. */
export const sharedProblems: Readonly<Record<string, JsonSchema>> = {
  Problem: {
    description: 'Refused, or failed: `code` says why.',
    content: contentLike('ProblemOfAField', 'ProblemOfAFile'),
  },
  ProblemForNow: {
    description: 'Refused for now: try again after the time given.',
    headers: { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } },
    content: contentLike('ProblemForNow'),
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
