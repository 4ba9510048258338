import { isAnimation, isStreaming, transcodeIntent } from '@ffapi/contracts';
import type { TranscodeParams } from '@ffapi/contracts';
import { refusePlan } from '../plan.ts';
import type { PlanFn } from '../plan.ts';
import { planAnimation } from './animation-output.ts';
import { planFile } from './file-output.ts';
import { planStream } from './stream-output.ts';
import { selectStreams } from './sources.ts';

/** The plan of a conversion: one file, or one adaptive stream. */
export const planTranscode: PlanFn<TranscodeParams> = ({ params, facts, caps, measured, hardware }) => {
  const source = facts.source ?? refusePlan('media_unreadable', 'there is no source');
  const intent = transcodeIntent(params);
  const selection = selectStreams(source, intent);
  if (isAnimation(intent.container)) return planAnimation(source, selection, intent);
  return isStreaming(intent.container)
    ? planStream(source, selection, intent, { caps, hardware, measured })
    : planFile(source, selection, intent, { caps, hardware });
};
