import { upcastOf } from '../kernel/upcast.ts';
import { incidentAggregate, ruleAggregate } from './alerting.ts';
import { assetAggregate } from './asset.ts';
import { authAggregate } from './auth.ts';
import { jobAggregate } from './job.ts';
import { keyAggregate } from './key.ts';
import { reviewAggregate } from './moderation.ts';
import { perfAggregate } from './perf.ts';
import { presetAggregate } from './preset.ts';
import { settingAggregate } from './setting.ts';
import { shareAggregate } from './share.ts';
import { taskAggregate } from './task.ts';
import { userAggregate } from './user.ts';
import { deliveryAggregate, endpointAggregate } from './webhook.ts';

/** Every aggregate whose events are stored: what is not in here cannot be read. */
export const aggregates = [
  jobAggregate,
  taskAggregate,
  assetAggregate,
  endpointAggregate,
  deliveryAggregate,
  keyAggregate,
  settingAggregate,
  userAggregate,
  presetAggregate,
  perfAggregate,
  authAggregate,
  reviewAggregate,
  ruleAggregate,
  incidentAggregate,
  shareAggregate,
] as const;

/** A stored event as this version of the platform reads it. */
export const upcastEvent = upcastOf(aggregates);
