import type { Container } from '@ffapi/contracts';
import type { AudioFacts, MediaFacts } from '../facts/media-facts.ts';

/** What of an input reaches an output. */
export interface Kept {
  readonly container: Container;
  /** Indexes of streams. */
  readonly streams: readonly number[];
  /** Whether the output is a film; a file of sound is expected to have no picture. */
  readonly isFilm: boolean;
}

const counted = (count: number, one: string, many: string): string => (count === 1 ? one : `${count} ${many}`);

const nameOf = ({ language, title, codec }: AudioFacts): string =>
  [language, title].filter((part) => part !== null && part !== undefined).join(', ') || codec;

/** The named things in a list as short as people read. */
const listed = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join('; ')} and ${names.length - 3} more` : names.join('; ');

const lostSound = ({ audio }: MediaFacts, { streams }: Kept): string[] => {
  const audible = audio.filter(({ channels }) => channels > 0);
  const lost = audible.filter(({ index }) => !streams.includes(index));
  if (lost.length === 0 || lost.length === audible.length) return [];
  return [`${counted(lost.length, 'a sound track is', 'sound tracks are')} left out: ${listed(lost.map(nameOf))}`];
};

const lostCovers = ({ video }: MediaFacts, { container, streams }: Kept): string[] => {
  const lost = video.filter(({ isAttachedPicture, index }) => isAttachedPicture && !streams.includes(index));
  if (lost.length === 0) return [];
  return [`${counted(lost.length, 'the cover picture is', 'cover pictures are')} left out of ${container}`];
};

const lostPictures = ({ video }: MediaFacts, { streams }: Kept): string[] => {
  const lost = video.filter(({ isAttachedPicture, index }) => !isAttachedPicture && !streams.includes(index));
  return lost.length === 0 ? [] : [`${counted(lost.length, 'another picture is', 'other pictures are')} left out`];
};

const lostOthers = ({ others = [] }: MediaFacts, { streams }: Kept): string[] =>
  (['data', 'attachment'] as const).flatMap((kind) => {
    const lost = others.filter((other) => other.kind === kind && !streams.includes(other.index));
    const [one, many] = {
      data: ['a track of data is', 'tracks of data are'],
      attachment: ['an attached file is', 'attached files are'],
    }[kind] as [string, string];
    return lost.length === 0
      ? []
      : [`${counted(lost.length, one, many)} left out: ${listed(lost.map(({ name }) => name))}`];
  });

/**
 * What of an input does not reach an output, in words for people. Subtitles are counted where they are chosen, and
 * what a file of sound has no place for by its nature is not missed.
 */
export const lossesOf = (facts: MediaFacts, kept: Kept): string[] => [
  ...lostSound(facts, kept),
  ...lostCovers(facts, kept),
  ...(kept.isFilm ? [...lostPictures(facts, kept), ...lostOthers(facts, kept)] : []),
];
