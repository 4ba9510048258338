import type { OperationId, OperationParams } from '@ffapi/contracts';
import type { PlanFn } from './plan.ts';
import { planProbe } from './probe/probe.plan.ts';
import { planThumbnails } from './thumbnails/thumbnails.plan.ts';
import { planTranscode } from './transcode/transcode.plan.ts';

/** The plan function of every operation: an operation without one does not compile. */
export const plans: { readonly [K in OperationId]: PlanFn<OperationParams<K>> } = {
  transcode: planTranscode,
  'video.thumbnails': planThumbnails,
  probe: planProbe,
};
