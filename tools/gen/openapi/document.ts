import { problem, routes, type Route } from '@ffapi/contracts';
import { schemaCollector, type JsonSchema, type SchemaCollector } from '../json-schema.ts';
import { webhookCalls, webhookHeaders } from '../webhook-calls.ts';
import { operationObject } from './operation.ts';

const tags = [
  {
    name: 'media',
    description:
      'Submit work. Every submit answers 202 with the job; `Prefer: wait=N` waits for its end, `?dry_run=true` answers with the plan.',
  },
  {
    name: 'jobs',
    description:
      'Watch, cancel and repeat jobs. A job that has ended stays as it is: retry and duplicate make a new one.',
  },
  { name: 'files', description: 'Stored files: uploads, and what jobs made.' },
  { name: 'access', description: 'API keys: who may what, from where, how much.' },
  {
    name: 'sessions',
    description:
      'People who log in: a session cookie works like a key of their role. Requests that change something carry `X-CSRF-Token`, as `GET /session` tells it.',
  },
  { name: 'webhooks', description: 'Have events sent to a URL, signed.' },
  {
    name: 'legacy',
    description:
      'The paths of the first FFAPI, for programs that were written for it: their bodies, answers and status codes. New programs use /v1.',
  },
  { name: 'platform', description: 'What the platform can do, how it is, and this description.' },
];

const parameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'The same key with the same body gives the same answer for 24 hours, with `Idempotent-Replayed: true`; with another body it is refused.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description:
      '`wait=N` (seconds, up to 300): answer 200 with the ended job when it ends in time. Leaving cancels nothing.',
    schema: { type: 'string' },
    example: 'wait=60',
  },
  LastEventId: {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'The id of the last event seen: what came after it is sent first, so that none is missed.',
    schema: { type: 'string' },
  },
};

const openApiPath = (path: string): string => path.replace(/\{([^}*]+)\*\}/g, '{$1}');

const paths = (collector: SchemaCollector): Record<string, Record<string, JsonSchema>> => {
  const found: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routes as readonly Route[]) {
    (found[openApiPath(route.path)] ??= {})[route.method.toLowerCase()] = operationObject(route, collector);
  }
  return found;
};

const webhooks = (collector: SchemaCollector): Record<string, JsonSchema> =>
  Object.fromEntries(
    webhookCalls(collector).map(({ event, summary, body, example }) => [
      event,
      {
        post: {
          operationId: `on_${event.replaceAll('.', '_')}`,
          tags: ['webhooks'],
          summary,
          security: [],
          parameters: webhookHeaders.map(({ name, description }) => ({
            name,
            in: 'header',
            required: true,
            description,
            schema: { type: 'string' },
          })),
          requestBody: { required: true, content: { 'application/json': { schema: body, example } } },
          responses: {
            '2XX': {
              description: 'Received. Any other answer, or none within 15 s, is tried again: eight attempts in all.',
            },
            '410': { description: 'Gone: the subscription is disabled.' },
          },
        },
      },
    ]),
  );

/** The whole public API as an OpenAPI 3.1 document. */
export const openApiDocument = (version: string): JsonSchema => {
  const collector = schemaCollector('#/components/schemas/');
  collector.schemaOf(problem, 'output');
  const described = { paths: paths(collector), webhooks: webhooks(collector) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'FFAPI',
      version,
      summary: 'Media work over REST.',
      description:
        'Submit media work, watch it, fetch what it made. Send the key as `X-API-Key`. Every refusal is a problem document (RFC 9457) with a `code` and a page that explains it.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This platform' }],
    security: [{ apiKey: [] }, { bearer: [] }, { session: [] }],
    tags,
    ...described,
    components: {
      securitySchemes: {
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'X-API-Key',
          description: 'The first admin key is printed when the platform starts for the first time.',
        },
        bearer: { type: 'http', scheme: 'bearer', description: 'The same key as a bearer token.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-ffapi_session',
          description:
            'A person, after `POST /login`; over http on the machine itself the cookie is called `ffapi_session`. What changes something needs `X-CSRF-Token`.',
        },
      },
      parameters,
      schemas: collector.all(),
    },
  };
};
