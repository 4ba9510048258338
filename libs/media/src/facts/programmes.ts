import { pictureOf } from './media-facts.ts';
import type { MediaFacts } from './media-facts.ts';

/** The streams of one programme of a broadcast: that of the picture, or the first that can be heard. */
const chosenProgramme = (facts: MediaFacts): readonly number[] | null => {
  const { programmes = [] } = facts;
  const first = pictureOf(facts) ?? facts.audio.find(({ channels }) => channels > 0);
  return programmes.find((indexes) => first !== undefined && indexes.includes(first.index)) ?? null;
};

/** The file as if it had this one programme alone: tracks of others do not belong to its film. */
export const oneProgramme = (facts: MediaFacts): MediaFacts => {
  const indexes = chosenProgramme(facts);
  if (indexes === null) return facts;
  const isOwn = ({ index }: { readonly index: number }): boolean => indexes.includes(index);
  return {
    ...facts,
    video: facts.video.filter(isOwn),
    audio: facts.audio.filter(isOwn),
    subtitles: facts.subtitles.filter(isOwn),
  };
};
