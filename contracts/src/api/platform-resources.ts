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

export const healthSummary = z
  .strictObject({ ok: z.boolean().describe('Requests can be taken.'), ...detailed })
  .meta({ id: 'Health', description: 'One look at the platform.' });

export const liveness = z.strictObject({ status: z.literal('live') }).meta({ id: 'Liveness' });

/** While the platform starts, 503 says `starting`. */
export const readiness = z.strictObject({ status: z.enum(['ready', 'starting']) }).meta({ id: 'Readiness' });
