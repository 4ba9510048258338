import type { Cue, CueFormat } from '../../cues/cue.ts';
import { hasText } from '../../cues/cue.ts';
import { cueTypes, parseCues, writeCues } from '../../cues/cue-sheet.ts';
import { refusePlan } from '../plan.ts';
import type { PlannedOutput } from '../plan.ts';

/** Cues as a finished file, read again and counted. */
export interface SubtitleFile {
  readonly cues: number;
  readonly output: PlannedOutput;
}

/** Writes cues in a format, and proves that a reader finds every one of them. */
export const subtitleFile = (cues: readonly Cue[], format: CueFormat, ownHead?: string): SubtitleFile => {
  // A drawing of ASS has no text that another format could hold.
  const written = format === 'ass' && ownHead !== undefined ? cues : cues.filter(hasText);
  if (written.length === 0) refusePlan('subtitle_unreadable', 'no cue is left to write');
  const content = writeCues(written, format, ownHead);
  const found = parseCues(content).cues.length;
  if (found !== written.length)
    refusePlan('output_invalid', `${found} cues can be read back, and ${written.length} were written`);
  const base = { name: `output.${format}`, kind: 'file', contentType: cueTypes[format] } as const;
  return { cues: found, output: { ...base, expect: {}, content, verify: 'none' } };
};
