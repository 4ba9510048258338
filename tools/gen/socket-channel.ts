import { historyEvent } from '@ffapi/contracts';
import type { JsonSchema, SchemaCollector } from './json-schema.ts';
import { jobSocket, jobSocketPath } from './openapi/web-socket.ts';

/** The event of a history, with room for the kind of its frame. */
const openSchema = ({ schemaOf }: SchemaCollector): JsonSchema => schemaOf(historyEvent.loose().meta({}), 'output');

/** What a client of the WebSocket of a job is sent. */
export const socketChannel = (collector: SchemaCollector): JsonSchema => ({
  address: jobSocketPath,
  description: String(jobSocket.description),
  servers: [{ $ref: '#/servers/api' }],
  parameters: { id: { description: 'The job.' } },
  bindings: {
    ws: {
      method: 'GET',
      query: {
        type: 'object',
        properties: { after: { type: 'string', description: 'The id of the last event seen.' } },
      },
    },
  },
  messages: {
    jobSocketEvent: {
      name: 'event',
      contentType: 'application/json',
      payload: {
        allOf: [
          { type: 'object', properties: { kind: { const: 'event' } }, required: ['kind'] },
          openSchema(collector),
        ],
      },
    },
    jobSocketProgress: {
      name: 'progress',
      contentType: 'application/json',
      payload: {
        type: 'object',
        properties: {
          kind: { const: 'progress' },
          percent: { type: 'number', minimum: 0, maximum: 100 },
          fps: { type: ['number', 'null'] },
          speed: { type: ['number', 'null'], description: 'In multiples of real time.' },
          eta_seconds: { type: ['number', 'null'] },
          stage: { type: ['string', 'null'] },
        },
        required: ['kind', 'percent', 'fps', 'speed', 'eta_seconds', 'stage'],
      },
    },
  },
});
