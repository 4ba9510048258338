import type { SubtitlesConvertParams } from '@ffapi/contracts';
import { leftOut, shiftCues } from '../../../cues/cue.ts';
import type { PlanFn } from '../../plan.ts';
import { subtitleFile } from '../subtitle-file.ts';
import { subtitleInput } from '../subtitle-input.ts';

/** Subtitles in another format: no tool runs, the plan itself holds the file. */
export const planSubtitlesConvert: PlanFn<SubtitlesConvertParams> = ({ params, facts }) => {
  const { format, shift_ms: shiftMs } = params;
  const { cues, charset, format: source, assHead, notes } = subtitleInput(facts, 'subtitle');
  const shifted = shiftCues(cues, shiftMs);
  const file = subtitleFile(shifted, format, format === 'ass' && source === 'ass' ? assHead : undefined);
  const lost = cues.length - shifted.length;
  return {
    kind: 'run',
    device: 'cpu',
    steps: [],
    outputs: [file.output],
    result: { cues: file.cues, charset, format },
    warnings: [...notes, ...leftOut(lost, 'before the beginning')],
    estimate: { durationMs: 100 },
  };
};
