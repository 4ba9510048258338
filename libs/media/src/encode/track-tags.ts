import type { Container } from '@ffapi/contracts';
import type { AudioFacts, MediaFacts } from '../facts/media-facts.ts';
import { quicktimeLanguage } from '../facts/quicktime-language.ts';

/** A stream of an output in whose place among its kind its tags are written. */
export interface TaggedTrack {
  readonly kind: 'a' | 's';
  readonly at: number;
  readonly language: string | null;
}

/** Containers that, as FFmpeg writes them, have no word for the language of a track. */
const nameless: ReadonlySet<Container> = new Set(['avi', 'mpg', 'mxf']);

const spelledIn = (container: Container, language: string): string | null => {
  if (nameless.has(container)) return null;
  return container === 'mov' ? quicktimeLanguage(language) : language;
};

/** Languages in the spelling that the container needs; what it cannot name is said. */
export const languageArgs = (
  tracks: readonly TaggedTrack[],
  container: Container,
  warn: (text: string) => void,
): string[] =>
  tracks.flatMap(({ kind, at, language }) => {
    if (language === null) return [];
    const code = spelledIn(container, language);
    if (code === null) warn(`${container} cannot name the language ${language}`);
    return code === null || code === language ? [] : [`-metadata:s:${kind}:${at}`, `language=${code}`];
  });

/** Tracks of sound, and of text by the streams that are mapped, in the order of the output. */
export const taggedTracks = (
  { subtitles }: MediaFacts,
  sound: readonly AudioFacts[],
  textMaps: readonly number[],
): TaggedTrack[] => [
  ...sound.map(({ language }, at): TaggedTrack => ({ kind: 'a', at, language })),
  ...textMaps.map((mapped, at): TaggedTrack => {
    const language = subtitles.find(({ index }) => index === mapped)?.language ?? null;
    return { kind: 's', at, language };
  }),
];

/** Ogg keeps the title and artist of a piece with its track, all others with the file. */
export const pieceArgs = ({ demuxer }: MediaFacts, { index }: AudioFacts): string[] =>
  demuxer === 'ogg' ? ['-map_metadata:g', `0:s:${index}`] : [];
