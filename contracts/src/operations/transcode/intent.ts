import { audioCodecNames, containerRules, isStreaming, videoCodecNames } from './formats.ts';
import type { AudioCodec, Container, PictureCodec } from './formats.ts';
import { isEffort, isProfile, profiles } from './profiles.ts';
import type { Effort } from './profiles.ts';
import { parseBitrate, parseResolution } from './resolution.ts';
import type { Resolution } from './resolution.ts';
import type { TranscodeParams } from './transcode-params.ts';

export interface RungIntent {
  readonly resolution: Resolution;
  readonly videoBitrate: number | null;
  readonly maxBitrate: number | null;
}

/** What a transcode request means once aliases, profile and container defaults are applied. */
export interface TranscodeIntent {
  readonly container: Container;
  readonly video: PictureCodec | 'copy' | 'none';
  readonly audio: AudioCodec | 'copy' | 'none';
  /** Whether the request, not a default, named the codec. */
  readonly isVideoNamed: boolean;
  readonly isAudioNamed: boolean;
  readonly encoderHardware: 'cpu' | 'gpu' | null;
  readonly effort: Effort;
  readonly encoderPreset: string | null;
  readonly crf: number | null;
  readonly videoBitrate: number | null;
  readonly maxBitrate: number | null;
  readonly audioBitrate: number | null;
  readonly isTwoPass: boolean;
  readonly resolution: Resolution | null;
  /** Only a size that the request itself names may be larger than the source. */
  readonly mayUpscale: boolean;
  readonly fps: number | null;
  /** Null: as the planner likes. */
  readonly keyframeIntervalMs: number | null;
  readonly profile: 'baseline' | 'main' | 'high' | 'main10' | null;
  readonly level: string | null;
  readonly tune: string | null;
  readonly stripsMetadata: boolean;
  readonly segmentDurationMs: number;
  /** Of HLS: fragments of MP4, or transport streams as older players want them. */
  readonly segmentType: 'fmp4' | 'ts';
  readonly ladder: readonly RungIntent[] | null;
  /** True when a field asks for a certain quality or speed, so that copying the stream would ignore it. */
  readonly wantsEncode: boolean;
}

const bits = (value: string | number | undefined): number | null => (value === undefined ? null : parseBitrate(value));

const profileOf = (preset: string | undefined): Partial<TranscodeParams> =>
  preset !== undefined && isProfile(preset) ? profiles[preset] : {};

/** The fields of a request with its profile's underneath; aliases folded into their main names. */
const mergeProfile = (given: TranscodeParams): Partial<TranscodeParams> => {
  const own = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const profile = profileOf(given.preset);
  const merged: Partial<TranscodeParams> = { ...profile, ...own };
  // A rate given with the request replaces the profile's constant quality.
  if (given.video_bitrate !== undefined && given.crf === undefined) delete merged.crf;
  merged.output_format = given.output_format ?? given.format ?? profile.output_format;
  merged.video_codec = given.video_codec ?? given.codec ?? profile.video_codec;
  return merged;
};

const videoOf = (name: string | undefined, container: Container): TranscodeIntent['video'] => {
  if (name === 'copy' || name === 'none') return name;
  if (name !== undefined) return videoCodecNames[name]?.codec ?? 'none';
  return containerRules[container].video[0] ?? 'none';
};

const audioOf = (name: string | undefined, container: Container): TranscodeIntent['audio'] => {
  if (name === 'copy' || name === 'none') return name;
  if (name !== undefined) return audioCodecNames[name] ?? 'none';
  return containerRules[container].audio[0] ?? 'none';
};

const segmentSeconds = { hls: 6, dash: 4 };

/** The one meaning of a transcode request; total, so it may be asked for requests that `checkParams` refuses. */
export const transcodeIntent = (given: TranscodeParams): TranscodeIntent => {
  const merged = mergeProfile(given);
  const container = merged.output_format ?? 'mp4';
  const seconds = merged.segment_duration ?? (isStreaming(container) ? segmentSeconds[container] : 6);
  return {
    container,
    video: videoOf(merged.video_codec, container),
    audio: audioOf(merged.audio_codec, container),
    isVideoNamed: merged.video_codec !== undefined,
    isAudioNamed: merged.audio_codec !== undefined,
    encoderHardware: videoCodecNames[merged.video_codec ?? '']?.hardware ?? null,
    effort: given.preset !== undefined && isEffort(given.preset) ? given.preset : 'balanced',
    encoderPreset: merged.encoder_preset ?? null,
    crf: merged.crf ?? null,
    videoBitrate: bits(merged.video_bitrate),
    maxBitrate: bits(merged.max_bitrate),
    audioBitrate: bits(merged.audio_bitrate),
    isTwoPass: merged.two_pass ?? false,
    resolution: merged.resolution === undefined ? null : parseResolution(merged.resolution),
    mayUpscale: given.resolution !== undefined,
    fps: merged.fps ?? null,
    keyframeIntervalMs: merged.keyframe_interval === undefined ? null : Math.round(merged.keyframe_interval * 1000),
    profile: merged.profile ?? null,
    level: merged.level ?? null,
    tune: merged.tune ?? null,
    stripsMetadata: merged.strip_metadata ?? false,
    segmentDurationMs: Math.round(seconds * 1000),
    segmentType: merged.segment_type ?? 'fmp4',
    ladder:
      merged.ladder?.map((rung) => ({
        resolution: parseResolution(rung.resolution) ?? { width: 1280, height: 720, isExact: false },
        videoBitrate: bits(rung.video_bitrate),
        maxBitrate: bits(rung.max_bitrate),
      })) ?? null,
    wantsEncode:
      merged.preset !== undefined ||
      merged.encoder_preset !== undefined ||
      merged.crf !== undefined ||
      merged.video_bitrate !== undefined ||
      merged.max_bitrate !== undefined ||
      merged.two_pass === true ||
      merged.keyframe_interval !== undefined ||
      merged.profile !== undefined ||
      merged.level !== undefined ||
      merged.tune !== undefined,
  };
};
