import type { Container } from '@ffapi/contracts';

/** What MP4 says of itself, which elsewhere would stand there as a tag of the film. */
const ofFile = ['major_brand', 'minor_version', 'compatible_brands'];
const ofTrack = ['handler_name', 'vendor_id'];

/** What Matroska's tools counted in another file. */
const counted = ['BPS', 'DURATION', 'NUMBER_OF_FRAMES', 'NUMBER_OF_BYTES', '_STATISTICS_TAGS'];
const countedBy = ['_STATISTICS_WRITING_APP', '_STATISTICS_WRITING_DATE_UTC'];
const ofStatistics = [...counted, ...countedBy].flatMap((name) => [name, `${name}-eng`]);

/** Arguments that leave out tags of the source which mean nothing in another container. */
export const plainTags = (container: Container): string[] => {
  if (['mp4', 'mov', 'm4a', 'hls', 'dash'].includes(container)) return [];
  const isMatroska = container === 'mkv' || container === 'webm';
  return [
    ...ofFile.flatMap((name) => ['-metadata', `${name}=`]),
    ...[...ofTrack, ...(isMatroska ? ofStatistics : [])].flatMap((name) => ['-metadata:s', `${name}=`]),
  ];
};

type Language = string | null;

const languagesOf = (kind: 'a' | 's', languages: readonly Language[]): string[] =>
  languages.flatMap((language, n) =>
    language !== null && /^[a-z]{2,3}$/i.test(language) ? [`-metadata:s:${kind}:${n}`, `language=${language}`] : [],
  );

/** Arguments that leave out all tags of the source: places, dates, cameras, titles. What language a track is in stays. */
export const noTags = (sounds: readonly Language[], subtitles: readonly Language[] = []): string[] => [
  '-map_metadata',
  '-1',
  '-map_chapters',
  '-1',
  ...languagesOf('a', sounds),
  ...languagesOf('s', subtitles),
];
