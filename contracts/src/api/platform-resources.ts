import { z } from 'zod';
import { inBothCases } from '../kernel/snake-case.ts';
import { workerHeartbeat } from '../commands/work.ts';

const workerResource = inBothCases(workerHeartbeat).meta({
  id: 'Worker',
  description: 'A worker of one pool, as it last said.',
});

const open = z.record(z.string(), z.unknown());

export const operationList = z
  .strictObject({
    data: z.array(
      z.strictObject({
        id: z.string().describe('e.g. video.thumbnails.'),
        version: z.int(),
        summary: z.string(),
        method: z.literal('POST'),
        path: z.string(),
        schema: open.describe('JSON Schema of the body.'),
        examples: z.array(z.strictObject({ title: z.string(), params: open })),
      }),
    ),
  })
  .meta({ id: 'OperationList', description: 'What can be done with media.' });

export const workerList = z
  .strictObject({
    data: z.array(workerResource),
    pending: z.record(z.string(), z.int()).describe('Waiting tasks by pool.'),
  })
  .meta({ id: 'WorkerList', description: 'Who works, and what waits.' });

const component = z
  .looseObject({ status: z.enum(['up', 'degraded', 'down', 'absent']) })
  .describe('absent is no fault. Figures with a key.');

const detailed = {
  status: z.enum(['healthy', 'degraded']),
  timestamp: z.iso.datetime(),
  version: z.string(),
  components: z.record(z.string(), component),
  checks: z.strictObject({
    disk_space: z.enum(['ok', 'low']),
    ffmpeg_available: z.enum(['ok', 'missing']),
    gpu_available: z.enum(['ok', 'absent']),
  }),
};

export const healthDetailed = z
  .strictObject({ ...detailed, workers: z.array(workerResource).optional().describe('With a key.') })
  .meta({ id: 'HealthDetailed', description: 'Every component of the platform.' });

export type HealthDetailed = z.infer<typeof healthDetailed>;

const volume = (what: string) =>
  z
    .strictObject({
      ok: z.boolean().describe('There is room.'),
      free_bytes: z.number().nullable().optional().describe('With a key; null: it has no end, or it cannot be told.'),
    })
    .describe(what);
const withKey = 'With a key.';

/** By the names of FFAPI 1. */
const base = {
  disk: z
    .strictObject({
      public: volume('Where files are stored.'),
      work: volume('Where work is done.'),
      logs: volume('Where logs are kept.'),
    })
    .describe('Room on the volumes.'),
  memory: z
    .strictObject({
      total_bytes: z.int().describe('Of the machine.'),
      free_bytes: z.int().describe('Of the machine.'),
    })
    .optional()
    .describe(`Of the gateway's machine. ${withKey}`),
  ffmpeg: z
    .strictObject({
      available: z.boolean().describe('A worker has it.'),
      version: z.string().nullable().optional().describe(withKey),
      error: z.string().nullable().optional().describe(withKey),
    })
    .describe('Of the workers.'),
  gpu: z
    .strictObject({
      available: z.boolean().describe('A worker encodes on one.'),
      requested: z.boolean().optional().describe('A worker serves GPUs. With a key.'),
      enabled: z.boolean().optional().describe(withKey),
      runtime_disabled: z.boolean().optional().describe('A worker has lost its GPU. With a key.'),
      encoder: z.string().nullable().optional().describe(withKey),
      decoder: z.string().nullable().optional().describe(withKey),
      device: z.string().nullable().optional().describe(withKey),
    })
    .describe('Of the workers.'),
  operations: z
    .strictObject({
      recent_success_rate: z.number().nullable().describe('0 to 1, of the last day; null: nothing has ended.'),
      queue: z.int().describe('Waiting tasks.'),
      error_counts: z.record(z.string(), z.int()).describe('By error code, of the last day.'),
    })
    .optional()
    .describe(withKey),
};

export const healthSummary = z
  .strictObject({ ok: z.boolean().describe('Requests can be taken.'), ...detailed, ...base })
  .meta({ id: 'Health', description: 'One look at the platform.' });

export type HealthSummary = z.infer<typeof healthSummary>;

export const liveness = z.strictObject({ status: z.literal('live') }).meta({ id: 'Liveness' });

/** While the platform starts, 503 says `starting`. */
export const readiness = z.strictObject({ status: z.enum(['ready', 'starting']) }).meta({ id: 'Readiness' });

const described = z.looseObject({ title: z.string(), version: z.string() }).describe('Of what it is.');

export const openApi = z
  .looseObject({
    openapi: z.string().describe('Version of OpenAPI.'),
    info: described,
    paths: open.describe('The operations.'),
    components: open.describe('What they share.'),
  })
  .meta({ id: 'OpenApi', description: 'An OpenAPI document.' });

export const asyncApi = z
  .looseObject({
    asyncapi: z.string().describe('Version of AsyncAPI.'),
    info: described,
    channels: open.describe('Where messages go.'),
    operations: open.describe('Who sends what.'),
  })
  .meta({ id: 'AsyncApi', description: 'An AsyncAPI document.' });
