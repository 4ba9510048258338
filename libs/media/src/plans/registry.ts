import type { OperationId, OperationParams } from '@ffapi/contracts';
import type { PlanFn } from './plan.ts';
import { planProbe } from './probe/probe.plan.ts';
import { planSubtitlesBurnIn } from './subtitles/burn-in/burn-in.plan.ts';
import { planSubtitlesConvert } from './subtitles/convert/convert.plan.ts';
import { planSubtitlesExtract } from './subtitles/extract/extract.plan.ts';
import { planSubtitlesMux } from './subtitles/mux/mux.plan.ts';
import { planSubtitlesTranslate } from './subtitles/translate/translate.plan.ts';
import { planThumbnails } from './thumbnails/thumbnails.plan.ts';
import { planTranscode } from './transcode/transcode.plan.ts';

/** The plan function of every operation: an operation without one does not compile. */
export const plans: { readonly [K in OperationId]: PlanFn<OperationParams<K>> } = {
  transcode: planTranscode,
  'video.thumbnails': planThumbnails,
  probe: planProbe,
  'subtitles.burn_in': planSubtitlesBurnIn,
  'subtitles.extract': planSubtitlesExtract,
  'subtitles.convert': planSubtitlesConvert,
  'subtitles.mux': planSubtitlesMux,
  'subtitles.translate': planSubtitlesTranslate,
};
