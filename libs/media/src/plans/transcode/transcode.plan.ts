import { containerRules, isAnimation, isStreaming, transcodeIntent } from '@ffapi/contracts';
import type { TranscodeIntent, TranscodeParams } from '@ffapi/contracts';
import { lookForFields } from '../../encode/fields.ts';
import { refusePlan } from '../plan.ts';
import type { PlanFn } from '../plan.ts';
import { planAnimation } from './animation-output.ts';
import { planFile } from '../../encode/file-output.ts';
import { planWithinPeak } from './peak-trials.ts';
import { planStream } from './stream-output.ts';
import { selectStreams } from '../../encode/sources.ts';

/** The plan of a conversion: one file, or one adaptive stream. */
export const planTranscode: PlanFn<TranscodeParams> = ({ params, facts, caps, measured, hardware }) => {
  const input = facts.source ?? refusePlan('media_unreadable', 'there is no source');
  const intent = transcodeIntent(params);
  const isEncoded = containerRules[intent.container].video.length > 0 && !['copy', 'none'].includes(intent.video);
  const fields = isEncoded ? lookForFields(input, params.deinterlace, measured) : { facts: input };
  if ('plan' in fields) return fields.plan;
  const { facts: source } = fields;
  const selection = selectStreams(source, intent);
  if (isAnimation(intent.container)) return planAnimation(source, selection, intent);
  if (isStreaming(intent.container)) return planStream(source, selection, intent, { caps, hardware, measured });
  const planWith = (wish: TranscodeIntent) => planFile(source, selection, wish, { caps, hardware });
  return planWithinPeak(intent, measured, planWith);
};
