import type { SubtitlesConvertParams } from '@ffapi/contracts';
import { leftOut, shiftCues } from '../../../cues/cue.ts';
import { keptIn } from '../../../cues/cue-sheet.ts';
import type { PlanFn } from '../../plan.ts';
import { subtitleFile } from '../subtitle-file.ts';
import { subtitleInput } from '../subtitle-input.ts';

/** Subtitles in another format: no tool runs, the plan itself holds the file. */
export const planSubtitlesConvert: PlanFn<SubtitlesConvertParams> = ({ params, facts }) => {
  const { format, shift_ms: shiftMs } = params;
  const sheet = subtitleInput(facts, 'subtitle');
  const { cues, charset } = sheet;
  const { head, notes } = keptIn(sheet, format);
  const shifted = shiftCues(cues, shiftMs);
  const file = subtitleFile(shifted, format, head);
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
