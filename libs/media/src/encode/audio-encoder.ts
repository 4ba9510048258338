import type { AudioCodec, TranscodeIntent } from '@ffapi/contracts';
import { isStreaming, keptCodecs } from '@ffapi/contracts';
import { chain, filter } from '../filtergraph/filter.ts';
import type { AudioFacts } from '../facts/media-facts.ts';
import { whyNotCarried } from '../sound/carried.ts';
import { bitrateWithin, codecFamily, defaultBitrate, encoders, isLossless, sampleRateFor } from '../sound/encoders.ts';
import { copiesPcm, pcmEncoder } from '../sound/depth.ts';
import { channelsIn, layoutOf, layoutWith, naming, writtenLayout } from '../sound/layouts.ts';
import { refusePlan } from '../plans/plan.ts';

export type AudioChoice =
  | { readonly kind: 'copy'; readonly stream: AudioFacts }
  | {
      readonly kind: 'encode';
      readonly stream: AudioFacts;
      readonly codec: AudioCodec;
      readonly encoder: string;
      readonly channels: number;
      readonly layout: string;
      readonly sampleRateHz: number;
    };

/** Whether copying gives what was asked: the right codec, and no rate of its own. */
const mayCopy = (stream: AudioFacts, intent: TranscodeIntent): boolean => {
  const codec = codecFamily(stream.codec);
  if (intent.audioBitrate !== null || isStreaming(intent.container)) return false;
  if (codec === 'pcm' && !copiesPcm(stream.codec, intent.container)) return false;
  if (whyNotCarried(intent.container, stream) !== null) return false;
  return intent.isAudioNamed
    ? codec === intent.audio
    : (keptCodecs(intent.container).audio as readonly string[]).includes(codec);
};

const copied = (stream: AudioFacts, { audio, container }: TranscodeIntent): AudioChoice => {
  const why = audio === 'copy' ? whyNotCarried(container, stream) : null;
  if (why !== null) refusePlan('codec_container_mismatch', `the sound cannot be copied: ${why}`);
  return { kind: 'copy', stream };
};

const bitrateOf = (
  { codec, channels, sampleRateHz }: Extract<AudioChoice, { kind: 'encode' }>,
  wanted: number | null,
): number | null =>
  isLossless(codec) ? null : bitrateWithin(codec, wanted ?? defaultBitrate(codec, channels), channels, sampleRateHz);

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
  const { audio: codec, container } = intent;
  if (codec === 'copy' || codec === 'none' || (mayCopy(stream, intent) && !isFiltered)) return copied(stream, intent);
  const isWide = isStreaming(container) && stream.channels > 2;
  const layout = isWide ? layoutWith(codec, 2) : writtenLayout(codec, stream);
  const channels = channelsIn(layout);
  if (channels < stream.channels)
    warn(`audio mixed from ${stream.channels} channels to ${channels}; it may sound quieter`);
  const sampleRateHz = sampleRateFor(codec, stream.sampleRateHz, container);
  const encoder = codec === 'pcm' ? pcmEncoder(stream, container) : encoders[codec];
  const choice = { kind: 'encode', stream, codec, encoder, channels, layout, sampleRateHz } as const;
  const bitrate = bitrateOf(choice, intent.audioBitrate);
  if (intent.audioBitrate !== null && bitrate === null) warn(`audio_bitrate is ignored: ${codec} has none of its own`);
  else if (intent.audioBitrate !== null && bitrate !== intent.audioBitrate)
    warn(`the audio bit rate is ${bitrate}: ${codec} cannot have ${intent.audioBitrate} here`);
  return choice;
};

/** Encoders refuse the layouts that they have no word for, or write them as players cannot read them. */
const layoutFilters = ({ stream, codec, channels, layout }: Extract<AudioChoice, { kind: 'encode' }>): string[] => {
  // What a header says of a track that changes on its way is not enough for libopus.
  const isPlain = layout === layoutOf(stream) && (channels <= 2 || codec !== 'opus');
  return isPlain || channels < stream.channels ? [] : [filter('aformat', { channel_layouts: layout })];
};

/** Arguments for the n-th audio stream of an output, filtered first where it is encoded. */
export const audioArgs = (
  choice: AudioChoice,
  n: number,
  bitrate: number | null,
  filters: readonly string[] = [],
): string[] => {
  if (choice.kind === 'copy') return [`-c:a:${n}`, 'copy'];
  const { encoder, channels, stream, sampleRateHz } = choice;
  const all = [...naming(stream), ...filters, ...layoutFilters(choice)];
  const within = bitrateOf(choice, bitrate);
  return [
    `-c:a:${n}`,
    encoder,
    ...(channels < stream.channels ? [`-ac:a:${n}`, String(channels)] : []),
    ...(sampleRateHz === stream.sampleRateHz ? [] : [`-ar:a:${n}`, String(sampleRateHz)]),
    ...(all.length === 0 ? [] : [`-filter:a:${n}`, chain(all)]),
    ...(within === null ? [] : [`-b:a:${n}`, String(within)]),
  ];
};

/** The codec that the finished file will show in a probe. */
export const audioCodecShown = (choice: AudioChoice): string => {
  if (choice.kind === 'copy') return choice.stream.codec;
  return choice.codec === 'pcm' ? choice.encoder : choice.codec;
};
