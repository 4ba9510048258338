import type { z } from 'zod';
import type { Operation } from './operation.ts';
import { probe } from './probe.operation.ts';
import { subtitlesBurnIn } from './subtitles/burn-in.operation.ts';
import { subtitlesConvert } from './subtitles/convert.operation.ts';
import { subtitlesExtract } from './subtitles/extract.operation.ts';
import { subtitlesMux } from './subtitles/mux.operation.ts';
import { subtitlesTranslate } from './subtitles/translate.operation.ts';
import { thumbnails } from './thumbnails.operation.ts';
import { transcode } from './transcode/transcode.operation.ts';

/** Every operation the platform offers, by id. */
export const operations = {
  transcode,
  'video.thumbnails': thumbnails,
  probe,
  'subtitles.burn_in': subtitlesBurnIn,
  'subtitles.extract': subtitlesExtract,
  'subtitles.convert': subtitlesConvert,
  'subtitles.mux': subtitlesMux,
  'subtitles.translate': subtitlesTranslate,
} satisfies Record<string, Operation>;

export type OperationId = keyof typeof operations;
export type OperationParams<K extends OperationId> = z.output<(typeof operations)[K]['params']>;

export const isOperationId = (id: string): id is OperationId => Object.hasOwn(operations, id);
