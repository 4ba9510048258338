import type { SubtitleText } from '../../cues/cue.ts';
import { atRateOf } from '../../cues/microdvd.ts';
import { pictureOf, ratio } from '../../facts/media-facts.ts';
import type { MediaFacts } from '../../facts/media-facts.ts';
import { refusePlan } from '../plan.ts';

/** The text behind an input, at the frame rate of the film where its times are counted in frames; its absence is a file that was not read as subtitles. */
export const subtitleInput = (facts: Readonly<Record<string, MediaFacts>>, name: string): SubtitleText => {
  const text = facts[name]?.text ?? refusePlan('subtitle_unreadable', 'there are no subtitles');
  const picture = facts.source && pictureOf(facts.source);
  return picture ? atRateOf(text, ratio(picture.fps)) : text;
};
