import { aggregates, versionsOf, type Aggregate } from '@ffapi/contracts';
import { schemaCollector, type JsonSchema, type SchemaCollector } from './json-schema.ts';
import { socketChannel } from './socket-channel.ts';
import { webhookCalls, webhookHeaders } from './webhook-calls.ts';

const eventSchemas = ({ events }: Aggregate, collector: SchemaCollector): JsonSchema[] =>
  Object.entries(events).flatMap(([type, versions]) =>
    versionsOf(versions).map(([version, data]) =>
      collector.add(`${type}V${version}`, {
        type: 'object',
        title: `${type}, version ${version}`,
        properties: {
          type: { const: type },
          version: { const: version },
          data: collector.schemaOf(data, 'output'),
        },
        required: ['type', 'version', 'data'],
      }),
    ),
  );

const commitSchema = (events: readonly JsonSchema[]): JsonSchema => ({
  type: 'object',
  properties: {
    id: { type: 'string', description: 'Of the command; the same again is stored once.' },
    version: { type: 'integer', minimum: 1, description: 'Number of commits in the stream, this one included.' },
    previousHash: { type: 'string', description: 'SHA-256 of the stream’s commit before; empty for the first.' },
    occurredAt: { type: 'string', format: 'date-time' },
    correlationId: { type: 'string', description: 'The whole story; for jobs the job id.' },
    causationId: { type: 'string', description: 'The direct parent: a commit, command or request.' },
    traceparent: { type: 'string', description: 'W3C trace context of the writer.' },
    origin: {
      type: 'object',
      description: 'Where the request came from; absent where the platform acts by itself.',
      properties: { ip: { type: ['string', 'null'] }, userAgent: { type: ['string', 'null'] } },
    },
    events: { type: 'array', minItems: 1, items: { anyOf: events } },
  },
  required: ['id', 'version', 'previousHash', 'occurredAt', 'correlationId', 'causationId', 'events'],
});

const title = (kind: string): string => kind.charAt(0).toUpperCase() + kind.slice(1);

const storedChannels = (collector: SchemaCollector): Record<string, JsonSchema> =>
  Object.fromEntries(
    aggregates.map((aggregate: Aggregate) => [
      `${aggregate.kind}Events`,
      {
        address: `evt.${aggregate.kind}.${aggregate.stream}`,
        description: `${aggregate.describes} One message is one commit: all events of one command.`,
        servers: [{ $ref: '#/servers/nats' }],
        parameters: Object.fromEntries(
          Object.entries(aggregate.parts).map(([name, description]) => [name, { description }]),
        ),
        messages: {
          [`${aggregate.kind}Commit`]: {
            name: `${title(aggregate.kind)}Commit`,
            contentType: 'application/json',
            headers: {
              type: 'object',
              properties: {
                'Nats-Msg-Id': { type: 'string', description: 'The commit id.' },
                'Ffapi-Hash': { type: 'string', description: 'SHA-256 (hex) of the payload.' },
              },
            },
            payload: collector.add(`${title(aggregate.kind)}Commit`, commitSchema(eventSchemas(aggregate, collector))),
          },
        },
      },
    ]),
  );

const webhookChannel = (collector: SchemaCollector): JsonSchema => ({
  address: null,
  description: 'The URL of a subscription, or the webhook_url of a job.',
  servers: [{ $ref: '#/servers/receiver' }],
  messages: Object.fromEntries(
    webhookCalls(collector).map(({ event, summary, body }) => [
      event.replaceAll(/[._](\w)/g, (_, letter: string) => letter.toUpperCase()),
      {
        name: event,
        summary,
        contentType: 'application/json',
        headers: {
          type: 'object',
          properties: Object.fromEntries(
            webhookHeaders.map(({ name, description }) => [name, { type: 'string', description }]),
          ),
        },
        payload: body,
      },
    ]),
  ),
});

/** Every stored event, every webhook call and the frames of WebSockets as an AsyncAPI 3 document. */
export const asyncApiDocument = (version: string): JsonSchema => {
  const collector = schemaCollector('#/components/schemas/');
  const channels: Record<string, JsonSchema> = {
    ...storedChannels(collector),
    webhooks: webhookChannel(collector),
    jobSocket: socketChannel(collector),
  };
  const operations = Object.fromEntries(
    Object.keys(channels).map((name) => [
      `send${title(name)}`,
      { action: 'send', channel: { $ref: `#/channels/${name}` } },
    ]),
  );
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'FFAPI events',
      version,
      description:
        'What the platform writes down, and what it sends to webhooks. Stored events are read through JetStream consumers of the stream EVENTS.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      nats: { host: '127.0.0.1:4222', protocol: 'nats', description: 'The platform’s NATS; stream EVENTS.' },
      api: { host: '127.0.0.1:3000', protocol: 'ws', description: 'This platform; wss where it is https.' },
      receiver: { host: 'example.com', protocol: 'https', description: 'Whoever subscribed.' },
    },
    channels,
    operations,
    components: { schemas: collector.all() },
  };
};
