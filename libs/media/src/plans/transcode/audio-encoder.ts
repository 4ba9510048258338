import type { AudioCodec, TranscodeIntent } from '@ffapi/contracts';
import { containerRules, isStreaming } from '@ffapi/contracts';
import { chain, filter } from '../../filtergraph/filter.ts';
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

/**
 * What happens to one audio stream; one that is filtered is encoded in any case. Streaming is mixed to stereo: browsers
 * do not agree on surround sound.
 */
export const chooseAudio = (
  stream: AudioFacts,
  intent: TranscodeIntent,
  warn: (text: string) => void,
  isFiltered = false,
): AudioChoice => {
  if (intent.audio === 'copy' || intent.audio === 'none' || (mayCopy(stream, intent) && !isFiltered))
    return { kind: 'copy', stream };
  const ceiling = isStreaming(intent.container) ? 2 : channelsMax[intent.audio];
  const channels = Math.max(1, Math.min(stream.channels, ceiling));
  if (channels < stream.channels)
    warn(`audio mixed from ${stream.channels} channels to ${channels}; it may sound quieter`);
  return { kind: 'encode', stream, codec: intent.audio, channels };
};

const layoutFilters = ({ codec, channels, stream }: Extract<AudioChoice, { kind: 'encode' }>): string[] => {
  // libopus refuses layouts such as 5.1(side), which AC-3 tracks carry.
  const layout = layouts[channels];
  const mustName = codec === 'opus' && channels > 2 && channels === stream.channels && layout !== undefined;
  return mustName ? [filter('aformat', { channel_layouts: layout })] : [];
};

/** Arguments for the n-th audio stream of an output, filtered first where it is encoded. */
export const audioArgs = (
  choice: AudioChoice,
  n: number,
  bitrate: number | null,
  filters: readonly string[] = [],
): string[] => {
  if (choice.kind === 'copy') return [`-c:a:${n}`, 'copy'];
  const { codec, channels } = choice;
  const all = [...filters, ...layoutFilters(choice)];
  const head = [
    `-c:a:${n}`,
    encoders[codec],
    ...(channels < choice.stream.channels ? [`-ac:a:${n}`, String(channels)] : []),
    ...(all.length === 0 ? [] : [`-filter:a:${n}`, chain(all)]),
  ];
  return isLossless(codec) ? head : [...head, `-b:a:${n}`, String(bitrate ?? defaultBitrate(codec, channels))];
};

/** The codec that the finished file will show in a probe. */
export const audioCodecShown = (choice: AudioChoice): string => {
  if (choice.kind === 'copy') return choice.stream.codec;
  return choice.codec === 'pcm' ? 'pcm_s16le' : choice.codec;
};
