import type { Container } from '@ffapi/contracts';
import type { AudioFacts } from '../facts/media-facts.ts';

const compactDiscBits = 16;

/** Whether a track has finer samples than those of a CD; lossy sound has none of its own. */
export const isDeep = ({ codec, bitDepth = 0 }: Pick<AudioFacts, 'codec' | 'bitDepth'>): boolean =>
  /^pcm_([su](24|32)|f32|f64)/.test(codec) ||
  (/^(flac|alac|wavpack|tta|ape)$/.test(codec) && bitDepth > compactDiscBits);

/** The plain samples that keep what a track has: whole numbers of 24 bits, all that MXF has, hold more than any converter hears. */
export const pcmEncoder = (sound: Pick<AudioFacts, 'codec' | 'bitDepth'>, container?: Container): string => {
  if (container === 'mxf') return isDeep(sound) ? 'pcm_s24le' : 'pcm_s16le';
  if (/^pcm_f(32|64)/.test(sound.codec)) return 'pcm_f32le';
  if (/^pcm_[su]32/.test(sound.codec)) return 'pcm_s32le';
  return isDeep(sound) ? 'pcm_s24le' : 'pcm_s16le';
};

const inWav = new Set(['pcm_u8', 'pcm_s16le', 'pcm_s24le', 'pcm_s32le', 'pcm_f32le', 'pcm_f64le']);
const inQuicktime = new Set([...inWav, 'pcm_s16be', 'pcm_s24be', 'pcm_s32be', 'pcm_f32be', 'pcm_f64be']);
const inMxf = new Set(['pcm_s16le', 'pcm_s24le']);
const holders: Readonly<Partial<Record<Container, ReadonlySet<string>>>> = { mov: inQuicktime, mxf: inMxf };

/** Whether plain samples of this form can stand in the container as they are. */
export const copiesPcm = (codec: string, container: Container): boolean =>
  container === 'mkv' || (holders[container] ?? inWav).has(codec);
