import type { OperationId, OperationParams } from '@ffapi/contracts';
import { planFilter } from './filter/filter.plan.ts';
import type { PlanFn } from './plan.ts';
import { planProbe } from './probe/probe.plan.ts';
import { planScenes } from './scenes/scenes.plan.ts';
import { planThumbnails } from './thumbnails/thumbnails.plan.ts';
import { planTranscode } from './transcode/transcode.plan.ts';

/** The plan function of every operation: an operation without one does not compile. */
export const plans: { readonly [K in OperationId]: PlanFn<OperationParams<K>> } = {
  transcode: planTranscode,
  'video.filter': planFilter,
  'video.scenes': planScenes,
  'video.thumbnails': planThumbnails,
  probe: planProbe,
};
