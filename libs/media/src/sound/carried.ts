import { containerRules } from '@ffapi/contracts';
import type { Container } from '@ffapi/contracts';
import type { AudioFacts } from '../facts/media-facts.ts';
import { copiesPcm } from './depth.ts';
import { codecFamily, sampleRateFor } from './encoders.ts';

/** Samples that Matroska has no word for. */
export const notInMatroska = ['pcm_s8', 'pcm_f32be', 'pcm_f64be', 'pcm_bluray', 'pcm_dvd', 'pcm_vidc', 'adpcm_ima_qt'];

/** Why a container cannot hold a track as it is; null when it can. */
export const whyNotCarried = (
  container: Container,
  { codec, sampleRateHz }: Pick<AudioFacts, 'codec' | 'sampleRateHz'>,
): string | null => {
  const family = codecFamily(codec);
  const allowed = containerRules[container].audio as readonly string[];
  if (container === 'mkv') return notInMatroska.includes(codec) ? `mkv cannot carry ${codec}` : null;
  if (!allowed.includes(family)) return `${container} cannot carry ${codec}: it takes ${allowed.join(', ')}`;
  if (container === 'avi' && family === 'pcm' && !copiesPcm(codec, container)) return `avi cannot carry ${codec}`;
  if (container === 'mxf' && !(copiesPcm(codec, container) && sampleRateHz === sampleRateFor('pcm', 0, container)))
    return `mxf cannot carry ${codec} of ${sampleRateHz} Hz`;
  if (family === 'mp3' && sampleRateFor('mp3', sampleRateHz, container) > sampleRateHz)
    return `${container} cannot carry mp3 of ${sampleRateHz} Hz`;
  return null;
};

/** FFmpeg 5.1 calls FLAC in MP4 experimental; browsers have played it for years. */
export const experimentArgs = (container: Container, codecs: readonly string[]): string[] =>
  container === 'mp4' && codecs.includes('flac') ? ['-strict', 'experimental'] : [];
