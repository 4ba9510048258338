import { metadataValue } from '../../../argv/metadata-text.ts';
import type { TrackFile } from './track-files.ts';

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
      ...(title === null ? [] : [`title=${metadataValue(title)}`, `handler_name=${metadataValue(title)}`]),
    ]),
    '',
  ].join('\n');
