import { closeBy, probablyMeant } from '@ffapi/contracts';

const bare = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** What other tools and other people call the same. */
const neighbours: Readonly<Record<string, readonly string[]>> = {
  angle: ['degrees'],
  bitrate: ['video_bitrate', 'audio_bitrate'],
  center: ['middle'],
  centre: ['center', 'middle'],
  framerate: ['fps'],
  length: ['duration'],
  middle: ['center'],
  opaque: ['opacity'],
  quality: ['crf'],
  rotation: ['degrees'],
  size: ['font_size', 'resolution', 'width'],
};

/** Shorter words are parts of too many names. */
const wordLettersMin = 4;

const withWord = (word: string, known: readonly string[]): string | undefined =>
  word.length < wordLettersMin ? undefined : known.find((each) => each.split(/[_-]/).includes(word));

/** The known name that was probably meant: spelt in another way, called otherwise elsewhere, cut short, or misspelt. */
export const meant = (given: string, known: readonly string[]): string | null => {
  if (known.includes(given)) return null;
  const word = bare(given);
  const alike = word === '' ? undefined : known.find((each) => bare(each) === word);
  const called = Object.hasOwn(neighbours, word) ? neighbours[word]?.find((each) => known.includes(each)) : undefined;
  return alike ?? called ?? withWord(word, known) ?? probablyMeant(given.toLowerCase(), known, closeBy);
};
