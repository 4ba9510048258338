import type { Container } from '@ffapi/contracts';
import { ffmpegGlobals, guardedInput } from '../argv/guard.ts';
import { oneImage } from '../argv/muxers.ts';
import type { Token } from '../argv/token.ts';
import type { MediaFacts, VideoFacts } from '../facts/media-facts.ts';
import type { Step } from '../plans/plan.ts';

/** Files that have a place for pictures of their cover. */
const holders: ReadonlySet<Container> = new Set(['mp3', 'm4a', 'flac', 'mp4', 'mkv']);

/** How the forms of covers are called, and what Matroska says that they are. */
const forms: Readonly<Record<string, { readonly ending: string; readonly type: string }>> = {
  mjpeg: { ending: 'jpg', type: 'image/jpeg' },
  png: { ending: 'png', type: 'image/png' },
};

/** The cover pictures that a file can keep. */
export const keptCovers = ({ video }: MediaFacts, container: Container): VideoFacts[] =>
  holders.has(container)
    ? video.filter(({ isAttachedPicture, codec }) => isAttachedPicture && Object.hasOwn(forms, codec))
    : [];

/** Options that copy covers, behind this many other pictures. */
export const coverArgs = (covers: readonly VideoFacts[], others = 0): string[] => {
  const streams = covers.map((_, n) => `v:${others + n}`);
  const copied = others === 0 ? ['-c:v', 'copy'] : streams.flatMap((stream) => [`-c:${stream}`, 'copy']);
  return covers.length === 0
    ? []
    : [
        ...covers.flatMap(({ index }) => ['-map', `0:${index}`]),
        ...copied,
        ...streams.flatMap((stream) => [`-disposition:${stream}`, 'attached_pic']),
      ];
};

const fileOf = ({ codec }: VideoFacts, n: number): string =>
  `cover${n === 0 ? '' : n}.${forms[codec]?.ending ?? 'jpg'}`;

/** The step that takes covers out: Matroska keeps them as files. */
export const coverStep = ({ demuxer }: MediaFacts, covers: readonly VideoFacts[]): Step => ({
  id: 'covers',
  tool: 'ffmpeg',
  argv: [
    ...ffmpegGlobals,
    ...guardedInput('source', demuxer),
    ...covers.flatMap((cover, n): Token[] => [
      '-map',
      `0:${cover.index}`,
      '-c',
      'copy',
      ...oneImage,
      { scratch: fileOf(cover, n) },
    ]),
  ],
  reads: ['source'],
  writes: [],
  weight: 0.01,
  expectedDurationMs: 0,
});

/** Options that attach them, behind this many other files. */
export const attachedArgs = (covers: readonly VideoFacts[], others: number): Token[] =>
  covers.flatMap((cover, n): Token[] => {
    const about = `-metadata:s:t:${others + n}`;
    const type = forms[cover.codec]?.type ?? 'image/jpeg';
    return ['-attach', { scratch: fileOf(cover, n) }, about, `mimetype=${type}`, about, `filename=${fileOf(cover, n)}`];
  });
