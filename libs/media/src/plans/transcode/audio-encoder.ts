import type { AudioCodec, TranscodeIntent } from '@ffapi/contracts';
import { containerRules, isStreaming } from '@ffapi/contracts';
import { filter } from '../../filtergraph/filter.ts';
import type { AudioFacts } from '../../facts/media-facts.ts';
import { channelsMax, codecFamily, defaultBitrate, encoders, isLossless, layouts } from '../../sound/encoders.ts';

export type AudioChoice =
  | { readonly kind: 'copy'; readonly stream: AudioFacts }
  | { readonly kind: 'encode'; readonly stream: AudioFacts; readonly codec: AudioCodec; readonly channels: number };

/** Whether copying gives what was asked: the right codec, and no rate of its own. */
const mayCopy = (stream: AudioFacts, intent: TranscodeIntent): boolean => {
  const codec = codecFamily(stream.codec);
  if (intent.audioBitrate !== null || isStreaming(intent.container)) return false;
  if (codec === 'pcm' && stream.codec !== 'pcm_s16le' && intent.container !== 'mkv') return false;
  return intent.isAudioNamed
    ? codec === intent.audio
    : (containerRules[intent.container].audio as readonly string[]).includes(codec);
};

/** What happens to one audio stream. Streaming is mixed to stereo: browsers do not agree on surround sound. */
export const chooseAudio = (stream: AudioFacts, intent: TranscodeIntent, warn: (text: string) => void): AudioChoice => {
  if (intent.audio === 'copy' || intent.audio === 'none' || mayCopy(stream, intent)) return { kind: 'copy', stream };
  const ceiling = isStreaming(intent.container) ? 2 : channelsMax[intent.audio];
  const channels = Math.max(1, Math.min(stream.channels, ceiling));
  if (channels < stream.channels)
    warn(`audio mixed from ${stream.channels} channels to ${channels}; it may sound quieter`);
  return { kind: 'encode', stream, codec: intent.audio, channels };
};

const layoutArgs = (choice: Extract<AudioChoice, { kind: 'encode' }>, n: number): string[] => {
  if (choice.channels < choice.stream.channels) return [`-ac:a:${n}`, String(choice.channels)];
  // libopus refuses layouts such as 5.1(side), which AC-3 tracks carry.
  const layout = layouts[choice.channels];
  return choice.codec === 'opus' && choice.channels > 2 && layout !== undefined
    ? [`-filter:a:${n}`, filter('aformat', { channel_layouts: layout })]
    : [];
};

/** Arguments for the n-th audio stream of an output. */
export const audioArgs = (choice: AudioChoice, n: number, bitrate: number | null): string[] => {
  if (choice.kind === 'copy') return [`-c:a:${n}`, 'copy'];
  const { codec, channels } = choice;
  const head = [`-c:a:${n}`, encoders[codec], ...layoutArgs(choice, n)];
  return isLossless(codec) ? head : [...head, `-b:a:${n}`, String(bitrate ?? defaultBitrate(codec, channels))];
};

/** The codec that the finished file will show in a probe. */
export const audioCodecShown = (choice: AudioChoice): string => {
  if (choice.kind === 'copy') return choice.stream.codec;
  return choice.codec === 'pcm' ? 'pcm_s16le' : choice.codec;
};
