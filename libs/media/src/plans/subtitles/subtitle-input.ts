import type { SubtitleText } from '../../cues/cue.ts';
import type { MediaFacts } from '../../facts/media-facts.ts';
import { refusePlan } from '../plan.ts';

/** The text behind an input; its absence is a file that was not read as subtitles. */
export const subtitleInput = (facts: Readonly<Record<string, MediaFacts>>, name: string): SubtitleText =>
  facts[name]?.text ?? refusePlan('subtitle_unreadable', 'there are no subtitles');
