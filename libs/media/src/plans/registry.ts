import type { OperationId, OperationParams } from '@ffapi/contracts';
import { planComposeFromTracks } from './compose/from-tracks.plan.ts';
import { planComposeFromUrls } from './compose/from-urls.plan.ts';
import { planImageLoop } from './compose/image-loop.plan.ts';
import { planConcat } from './concat/concat.plan.ts';
import { planAnalyze } from './audio/analyze/analyze.plan.ts';
import { planExtract } from './audio/extract/extract.plan.ts';
import { planMix } from './audio/mix/mix.plan.ts';
import { planNoiseReduction } from './audio/noise-reduction/noise-reduction.plan.ts';
import { planNormalize } from './audio/normalize/normalize.plan.ts';
import { planProcess } from './audio/process/process.plan.ts';
import { planSilence } from './audio/silence/silence.plan.ts';
import { planTempo } from './audio/tempo/tempo.plan.ts';
import { planWaveform } from './audio/waveform/waveform.plan.ts';
import { seeingFields } from '../encode/fields.ts';
import { planFilter } from './filter/filter.plan.ts';
import type { PlanFn } from './plan.ts';
import { planRunCommand, planRunJob } from './raw/raw.plan.ts';
import { planProbe } from './probe/probe.plan.ts';
import { planSubtitlesBurnIn } from './subtitles/burn-in/burn-in.plan.ts';
import { planSubtitlesConvert } from './subtitles/convert/convert.plan.ts';
import { planSubtitlesExtract } from './subtitles/extract/extract.plan.ts';
import { planSubtitlesMux } from './subtitles/mux/mux.plan.ts';
import { planSubtitlesTranslate } from './subtitles/translate/translate.plan.ts';
import { planScenes } from './scenes/scenes.plan.ts';
import { planThumbnails } from './thumbnails/thumbnails.plan.ts';
import { planTranscode } from './transcode/transcode.plan.ts';

/** The plan function of every operation: an operation without one does not compile. */
export const plans: { readonly [K in OperationId]: PlanFn<OperationParams<K>> } = {
  transcode: planTranscode,
  'video.filter': seeingFields(planFilter),
  'video.scenes': planScenes,
  'video.thumbnails': planThumbnails,
  probe: planProbe,
  'video.concat': seeingFields(planConcat),
  'compose.from_urls': seeingFields(planComposeFromUrls),
  'compose.from_tracks': seeingFields(planComposeFromTracks),
  'image.to_mp4_loop': planImageLoop,
  'ffmpeg.command': planRunCommand,
  'ffmpeg.job': planRunJob,
  'audio.normalize': planNormalize,
  'audio.noise_reduction': planNoiseReduction,
  'audio.extract': planExtract,
  'audio.mix': planMix,
  'audio.process': planProcess,
  'audio.tempo': planTempo,
  'audio.analyze': planAnalyze,
  'audio.waveform': planWaveform,
  'audio.silence': planSilence,
  'subtitles.burn_in': seeingFields(planSubtitlesBurnIn),
  'subtitles.extract': planSubtitlesExtract,
  'subtitles.convert': planSubtitlesConvert,
  'subtitles.mux': planSubtitlesMux,
  'subtitles.translate': planSubtitlesTranslate,
};
