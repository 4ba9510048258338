import type { TrackFile } from './track-files.ts';

/** FFmpeg takes a backslash before the end of a line for a line that goes on, even an escaped one: a blank follows it. */
const escapeValue = (text: string): string =>
  text.replace(/[=;#\\]/g, (char) => `\\${char}`).replace(/\\$/, String.raw`\ `);

/**
 * The tracks' names as a file of FFmpeg's metadata format, one section a track: text of users does not become an
 * argument. MP4 has no title; players show the handler's name.
 */
export const metadataFile = (tracks: readonly TrackFile[]): string =>
  [
    ';FFMETADATA1',
    ...tracks.flatMap(({ language, title }) => [
      '[STREAM]',
      `language=${language}`,
      ...(title === null ? [] : [`title=${escapeValue(title)}`, `handler_name=${escapeValue(title)}`]),
    ]),
    '',
  ].join('\n');
