import type { OperationId, OperationParams } from '@ffapi/contracts';
import { planComposeFromTracks } from './compose/from-tracks.plan.ts';
import { planComposeFromUrls } from './compose/from-urls.plan.ts';
import { planImageLoop } from './compose/image-loop.plan.ts';
import { planConcat } from './concat/concat.plan.ts';
import type { PlanFn } from './plan.ts';
import { planRunCommand, planRunJob } from './raw/raw.plan.ts';
import { planProbe } from './probe/probe.plan.ts';
import { planThumbnails } from './thumbnails/thumbnails.plan.ts';
import { planTranscode } from './transcode/transcode.plan.ts';

/** The plan function of every operation: an operation without one does not compile. */
export const plans: { readonly [K in OperationId]: PlanFn<OperationParams<K>> } = {
  transcode: planTranscode,
  'video.thumbnails': planThumbnails,
  probe: planProbe,
  'video.concat': planConcat,
  'compose.from_urls': planComposeFromUrls,
  'compose.from_tracks': planComposeFromTracks,
  'image.to_mp4_loop': planImageLoop,
  'ffmpeg.command': planRunCommand,
  'ffmpeg.job': planRunJob,
};
