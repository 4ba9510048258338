import { containerRules } from '@ffapi/contracts';
import type { SubtitlesMuxParams } from '@ffapi/contracts';
import type { MediaFacts } from '../../../facts/media-facts.ts';
import { refusePlan } from '../../plan.ts';

export type MuxFormat = NonNullable<SubtitlesMuxParams['output_format']>;

const plainCodec = (codec: string): string => (codec.startsWith('pcm_') ? 'pcm' : codec);

/** What a container can hold of streams that are copied: more than what it is encoded with. */
const copied: Readonly<Record<MuxFormat, readonly string[]>> = {
  mp4: [...containerRules.mp4.video, ...containerRules.mp4.audio, 'mpeg4', 'mpeg2video', 'ac3', 'eac3', 'mp2', 'alac'],
  mkv: [],
  webm: [...containerRules.webm.video, ...containerRules.webm.audio, 'vp8'],
};

/** Codecs of the source that a container cannot hold; Matroska holds all. */
export const misfits = (source: MediaFacts, format: MuxFormat): string[] => {
  if (format === 'mkv') return [];
  const streams = [...source.video.filter((stream) => !stream.isAttachedPicture), ...source.audio];
  return streams.map(({ codec }) => codec).filter((codec) => !copied[format].includes(plainCodec(codec)));
};

/** The container of the output: as asked, otherwise near the source's own. */
export const chooseContainer = (source: MediaFacts, asked: MuxFormat | undefined): MuxFormat => {
  if (asked === undefined) return source.demuxer === 'mov' && misfits(source, 'mp4').length === 0 ? 'mp4' : 'mkv';
  const [misfit] = misfits(source, asked);
  if (misfit !== undefined) refusePlan('codec_container_mismatch', `${asked} cannot carry ${misfit} as it is; mkv can`);
  return asked;
};
