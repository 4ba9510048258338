import type { HeldReason } from '@ffapi/contracts';
import type { JobCommand } from './job.decider.ts';
import type { OpenTask } from './open-jobs.projection.ts';
import type { Reroute } from './route-task.policy.ts';

/** One thing that a job needs done. */
export type Advance =
  | { readonly type: 'decide'; readonly command: JobCommand }
  | ({ readonly type: 'reroute-task'; readonly task: OpenTask } & Reroute)
  | { readonly type: 'cancel-task'; readonly task: OpenTask }
  | { readonly type: 'open-review'; readonly reason: HeldReason }
  | { readonly type: 'withdraw-review' }
  | { readonly type: 'release'; readonly task: OpenTask };
