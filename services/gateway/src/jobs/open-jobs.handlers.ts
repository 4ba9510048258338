import type { jobRoutes, SubmitId } from '@ffapi/contracts';
import type { HandlersFor, HandlersOf, Slice } from '../requests/index.ts';
import { composeBinaries } from './compose-binaries.handlers.ts';
import { jobHandlers, type JobPorts } from './job.handlers.ts';
import { submitHandlers, type SubmitPorts } from './submit-job.handlers.ts';
import { liveHandlers, type LivePorts } from './updates.handlers.ts';

type Served = HandlersFor<SubmitId | 'submit_compose_from_binaries'> & HandlersOf<typeof jobRoutes>;

/** Jobs are submitted, listed, followed and cancelled. */
export const openJobs = (ports: SubmitPorts & JobPorts & LivePorts): Slice<Served> => ({
  handlers: { ...submitHandlers(ports), ...composeBinaries(ports), ...jobHandlers(ports), ...liveHandlers(ports) },
});
