import type { z } from 'zod';
import { concat } from './compose/concat.operation.ts';
import { composeFromTracks } from './compose/from-tracks.operation.ts';
import { composeFromUrls } from './compose/from-urls.operation.ts';
import { imageLoop } from './compose/image-loop.operation.ts';
import { analyze } from './audio/analyze.operation.ts';
import { extract } from './audio/extract.operation.ts';
import { mix } from './audio/mix.operation.ts';
import { noiseReduction } from './audio/noise-reduction.operation.ts';
import { normalize } from './audio/normalize.operation.ts';
import { shape } from './audio/process.operation.ts';
import { silence } from './audio/silence.operation.ts';
import { tempo } from './audio/tempo.operation.ts';
import { waveform } from './audio/waveform.operation.ts';
import { filter } from './filter/filter.operation.ts';
import { inputKind } from './nested-inputs.ts';
import type { Operation } from './operation.ts';
import { runCommand, runJob } from './raw.operations.ts';
import { probe } from './probe.operation.ts';
import { subtitlesBurnIn } from './subtitles/burn-in.operation.ts';
import { subtitlesConvert } from './subtitles/convert.operation.ts';
import { subtitlesExtract } from './subtitles/extract.operation.ts';
import { subtitlesMux } from './subtitles/mux.operation.ts';
import { subtitlesTranslate } from './subtitles/translate.operation.ts';
import { scenes } from './scenes.operation.ts';
import { thumbnails } from './thumbnails.operation.ts';
import { transcode } from './transcode/transcode.operation.ts';

/** Every operation the platform offers, by id. */
export const operations = {
  transcode,
  'video.filter': filter,
  'video.scenes': scenes,
  'video.thumbnails': thumbnails,
  probe,
  'video.concat': concat,
  'compose.from_urls': composeFromUrls,
  'compose.from_tracks': composeFromTracks,
  'image.to_mp4_loop': imageLoop,
  'ffmpeg.command': runCommand,
  'ffmpeg.job': runJob,
  'audio.normalize': normalize,
  'audio.noise_reduction': noiseReduction,
  'audio.extract': extract,
  'audio.mix': mix,
  'audio.process': shape,
  'audio.tempo': tempo,
  'audio.analyze': analyze,
  'audio.waveform': waveform,
  'audio.silence': silence,
  'subtitles.burn_in': subtitlesBurnIn,
  'subtitles.extract': subtitlesExtract,
  'subtitles.convert': subtitlesConvert,
  'subtitles.mux': subtitlesMux,
  'subtitles.translate': subtitlesTranslate,
} satisfies Record<string, Operation>;

export type OperationId = keyof typeof operations;
export type OperationParams<K extends OperationId> = z.output<(typeof operations)[K]['params']>;

export const operationIds = Object.keys(operations) as readonly OperationId[];

export const isOperationId = (id: string): id is OperationId => Object.hasOwn(operations, id);

/** Whether a job's input may hold pictures or sound: text does not. An operation that is not known may take anything. */
export const isMediaInput = (operation: string, name: string): boolean =>
  !isOperationId(operation) || inputKind(operations[operation], name) !== 'subtitle';
