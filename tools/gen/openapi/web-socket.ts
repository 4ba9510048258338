import type { JsonSchema } from '../json-schema.ts';

/** The path of the WebSocket of a job. */
export const jobSocketPath = '/v1/jobs/{id}/ws';

/** What OpenAPI has no words for: the WebSocket beside the event stream of a job. */
export const jobSocket: JsonSchema = {
  path: jobSocketPath,
  description:
    'The same frames over a WebSocket, one JSON object a message: `{"kind": "event", …}` as in the history, `{"kind": "progress", "percent", "fps", "speed", "eta_seconds", "stage"}` at most twice a second. The key goes into `X-API-Key` or `Authorization`; a page of the platform uses its session. The server sends a ping every 15 seconds and ignores what it is sent.',
  parameters: [
    {
      name: 'after',
      in: 'query',
      description: 'The id of the last event seen, as `Last-Event-ID` for the event stream.',
      schema: { type: 'string' },
    },
  ],
  closeCodes: {
    '1000': 'The job has ended; its last event was sent before.',
    '1008': 'The access that opened it is no longer there.',
    '1011': 'Something failed here; connect again with `after`.',
  },
  asyncapi: '/asyncapi.json#/channels/jobSocket',
};
