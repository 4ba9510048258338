import type { HandlersFor, Slice } from '../requests/index.ts';
import { plainOrJob, type PlainId } from './legacy-commands.handlers.ts';
import { legacyJobHandlers, type LegacyJobPorts } from './legacy-jobs.handlers.ts';
import { legacyTempoHandlers, type LegacyTempoPorts } from './legacy-tempo.handlers.ts';
import { legacyHandlers, type LegacyPorts } from './legacy.handlers.ts';

type Ports = LegacyPorts & LegacyTempoPorts & Omit<LegacyJobPorts, 'handlers'>;

const legacyOf = (ports: Ports, jobs: HandlersFor<PlainId | 'job_log'>) => ({
  ...plainOrJob(ports, jobs),
  ...legacyHandlers(ports),
  ...legacyTempoHandlers(ports),
  ...legacyJobHandlers({ ...ports, handlers: jobs }),
});

/** The paths of FFAPI 1, some of which submit as those of jobs do. */
export const openLegacy = (
  ports: Ports,
  jobs: HandlersFor<PlainId | 'job_log'>,
): Slice<ReturnType<typeof legacyOf>> => ({ handlers: legacyOf(ports, jobs) });
