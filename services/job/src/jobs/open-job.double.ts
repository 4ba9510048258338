import type { JobAcceptedData, JobEvent } from '@ffapi/contracts';
import type { ProjectedEvent } from '@ffapi/es';
import { taskGraph } from './task-graph.ts';
import { openJobs, type OpenJob } from './open-jobs.projection.ts';

/** A dry run as it stands when it has just been accepted for a pool. */
export const openJobOf = (jobId: string, pool: string): OpenJob =>
  openJobs.evolve(
    null,
    {
      event: {
        type: 'JobAccepted',
        version: 1,
        data: {
          jobId,
          inputs: {},
          tasks: taskGraph({ inputs: {}, pool, dryRun: true }),
          priority: 'normal',
          apiKeyId: 'key_a',
        } as unknown as JobAcceptedData,
      },
      occurredAt: '2026-11-22T10:00:00.000Z',
    } as unknown as ProjectedEvent<JobEvent>,
    jobId,
  )!;
