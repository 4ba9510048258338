import { pathsOf, problem, routes, submitQuery, type Route } from '@ffapi/contracts';
import { schemaCollector, type JsonSchema, type SchemaCollector } from '../json-schema.ts';
import { webhookCalls, webhookHeaders } from '../webhook-calls.ts';
import { answerExamples, withAnswerExamples } from './answer-examples.ts';
import { withDescriptions } from './descriptions.ts';
import { operationObject } from './operation.ts';
import { otherNames } from './other-names.ts';
import { problemExamples, sharedProblems } from './problems.ts';
import { reachable } from './reachable.ts';
import { sharedAnswers, withSharedAnswers } from './shared-answers.ts';

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
      'The paths of FFAPI 1, for programs that were written for it: their bodies, answers and status codes. New programs use /v1.',
  },
  { name: 'platform', description: 'What the platform can do, how it is, and this description.' },
];

const parameters = {
  DryRun: {
    name: 'dry_run',
    in: 'query',
    required: false,
    description: submitQuery.shape.dry_run.description,
    schema: { type: 'boolean' },
  },
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

/** The paths of FFAPI 1 are described apart: no new program needs them. */
const isLegacy = ({ tag }: Route): boolean => tag === 'legacy';

const paths = (
  collector: SchemaCollector,
  isWanted: (route: Route) => boolean,
): Record<string, Record<string, JsonSchema>> => {
  const found: Record<string, Record<string, JsonSchema>> = {};
  for (const route of (routes as readonly Route[]).filter(isWanted)) {
    const [path, ...others] = pathsOf(route).map(openApiPath);
    (found[path ?? ''] ??= {})[route.method.toLowerCase()] = {
      ...operationObject(route, collector),
      ...(others.length > 0 ? { 'x-aliases': others } : {}),
    };
  }
  return found;
};

/**
 * The body of a call with its `data` in place, not by reference: generators that look at paths alone leave out what only
 * webhooks refer to.
 */
const inPlace = (body: JsonSchema, collector: SchemaCollector): JsonSchema => {
  const properties = body.properties as Readonly<Record<string, JsonSchema>>;
  const name =
    String(properties.data?.$ref ?? '')
      .split('/')
      .at(-1) ?? '';
  return { ...body, properties: { ...properties, data: collector.all()[name] ?? properties.data } };
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
          requestBody: {
            required: true,
            content: { 'application/json': { schema: inPlace(body, collector), example } },
          },
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

interface Described {
  readonly info: { readonly title: string; readonly summary: string; readonly description: string };
  readonly isWanted: (route: Route) => boolean;
  readonly withWebhooks: boolean;
}

const described = (version: string, { info, isWanted, withWebhooks }: Described): JsonSchema => {
  const collector = schemaCollector('#/components/schemas/');
  collector.schemaOf(problem, 'output');
  const used = new Set((routes as readonly Route[]).filter(isWanted).map(({ tag }) => tag));
  const written = withAnswerExamples(paths(collector, isWanted));
  const answers = sharedAnswers(written);
  const content = {
    paths: withSharedAnswers(written, answers),
    ...(withWebhooks ? { webhooks: webhooks(collector) } : {}),
  };
  return {
    openapi: '3.1.0',
    info: { ...info, version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/', description: 'This platform' }],
    security: [{ apiKey: [] }, { bearer: [] }, { session: [] }],
    tags: tags.filter(({ name }) => used.has(name)),
    ...content,
    components: reachable(
      {
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
        responses: { ...sharedProblems, ...answers },
        examples: { ...problemExamples, ...answerExamples(collector.all()) },
        schemas: Object.fromEntries(
          Object.entries(collector.all()).map(([name, schema]) => [name, withDescriptions(name, schema)]),
        ),
      },
      [content],
    ),
  };
};

/** The public API as an OpenAPI 3.1 document. */
export const openApiDocument = (version: string): JsonSchema =>
  described(version, {
    info: {
      title: 'FFAPI',
      summary: 'Media work over REST.',
      description: `Submit media work, watch it, fetch what it made. Send the key as \`X-API-Key\`. Every refusal is a problem document (RFC 9457) with a \`code\` and a page that explains it. The paths of FFAPI 1 are in \`/openapi-legacy.json\`.\n\n${otherNames()}`,
    },
    isWanted: (route) => !isLegacy(route),
    withWebhooks: true,
  });

/** The paths of FFAPI 1, for programs that were written for it. */
export const legacyDocument = (version: string): JsonSchema =>
  described(version, {
    info: {
      title: 'FFAPI, the paths of its first version',
      summary: 'For programs that were written for it.',
      description:
        'Bodies, answers and status codes of FFAPI 1. New programs use `/openapi.json`, which has an operation for each of these.',
    },
    isWanted: isLegacy,
    withWebhooks: false,
  });
