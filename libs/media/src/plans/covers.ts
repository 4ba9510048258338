import type { Container } from '@ffapi/contracts';
import type { MediaFacts, VideoFacts } from '../facts/media-facts.ts';

/** Files of sound that have a place for pictures of their cover. */
const holders: ReadonlySet<Container> = new Set(['mp3', 'm4a', 'flac']);
const formats: ReadonlySet<string> = new Set(['mjpeg', 'png']);

/** The cover pictures that a file of sound can keep. */
export const keptCovers = ({ video }: MediaFacts, container: Container): VideoFacts[] =>
  holders.has(container) ? video.filter(({ isAttachedPicture, codec }) => isAttachedPicture && formats.has(codec)) : [];

/** Options that copy covers as the only pictures of an output. */
export const coverArgs = (covers: readonly VideoFacts[]): string[] =>
  covers.length === 0
    ? []
    : [
        ...covers.flatMap(({ index }) => ['-map', `0:${index}`]),
        '-c:v',
        'copy',
        ...covers.flatMap((_, n) => [`-disposition:v:${n}`, 'attached_pic']),
      ];
