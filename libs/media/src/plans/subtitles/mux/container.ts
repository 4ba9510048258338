import { containerRules } from '@ffapi/contracts';
import type { SubtitlesMuxParams } from '@ffapi/contracts';
import type { MediaFacts } from '../../../facts/media-facts.ts';
import { notInMatroska } from '../../../sound/carried.ts';
import { refusePlan } from '../../plan.ts';

export type MuxFormat = NonNullable<SubtitlesMuxParams['output_format']>;

const plainCodec = (codec: string): string => (codec.startsWith('pcm_') ? 'pcm' : codec);

/** What a container can hold of streams that are copied: more than what it is encoded with. */
const copied: Readonly<Record<Exclude<MuxFormat, 'mkv'>, readonly string[]>> = {
  mp4: [...containerRules.mp4.video, ...containerRules.mp4.audio, 'mpeg4', 'mpeg2video', 'ac3', 'eac3', 'mp2', 'alac'],
  webm: [...containerRules.webm.video, ...containerRules.webm.audio, 'vp8'],
};

/** Pictures that FFmpeg's Matroska has no word for, or writes so that nothing can read them (tried on 5.1). */
const picturesNotInMatroska = ['qtrle', 'apng', 'bmp', 'tiff'];

const isHeld = (format: MuxFormat, codec: string): boolean =>
  format === 'mkv'
    ? ![...picturesNotInMatroska, ...notInMatroska].includes(codec)
    : copied[format].includes(plainCodec(codec));

/** What a container cannot hold of the source as it is. */
export const misfits = (source: MediaFacts, format: MuxFormat): string[] => {
  const pictures = source.video.filter((stream) => !stream.isAttachedPicture);
  const codecs = [...pictures, ...source.audio].map(({ codec }) => codec).filter((codec) => !isHeld(format, codec));
  const said = [
    ...(pictures.some(({ rotation }) => rotation !== 0) ? ['that the picture is turned'] : []),
    ...(pictures.some(({ hasHiddenPictures }) => hasHiddenPictures) ? ['an edit list that hides pictures'] : []),
  ];
  return [...codecs.map((codec) => `${codec} as it is`), ...(format === 'mp4' ? [] : said)];
};

const wayOut = (source: MediaFacts, format: MuxFormat): string => {
  const fits = (['mkv', 'mp4'] as const).filter((other) => other !== format && misfits(source, other).length === 0);
  return fits.length === 0 ? 'transcode it first' : `${fits[0]} can`;
};

/** The container of the output: as asked, otherwise near the source's own. */
export const chooseContainer = (source: MediaFacts, asked: MuxFormat | undefined): MuxFormat => {
  const own = source.demuxer === 'mov' && misfits(source, 'mp4').length === 0 ? 'mp4' : 'mkv';
  const format = asked ?? own;
  const [misfit] = misfits(source, format);
  if (misfit !== undefined)
    refusePlan('codec_container_mismatch', `${format} cannot carry ${misfit}; ${wayOut(source, format)}`);
  return format;
};
