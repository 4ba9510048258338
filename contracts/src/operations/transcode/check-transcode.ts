import { issue } from '../operation.ts';
import type { ParamIssue } from '../operation.ts';
import { containerRules, containers, isAnimation, isStreaming } from './formats.ts';
import type { Container, VideoCodec } from './formats.ts';
import { transcodeIntent } from './intent.ts';
import type { TranscodeIntent } from './intent.ts';
import { isEffort, isProfile } from './profiles.ts';
import type { TranscodeParams } from './transcode-params.ts';

const said = (names: readonly string[]): string => (names.length === 0 ? 'it has none' : names.join(', '));

const x26xPresets = ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium', 'slow', 'slower', 'veryslow'];
const numbered = (last: number): string[] => Array.from({ length: last + 1 }, (_, i) => String(i));
const nvencPresets = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7'];

const encoderPresets: Readonly<Record<VideoCodec, readonly string[]>> = {
  h264: x26xPresets,
  hevc: x26xPresets,
  av1: numbered(13),
  vp9: numbered(8),
  mpeg4: [],
  mpeg2video: [],
};

const isCodec = (video: TranscodeIntent['video']): video is VideoCodec =>
  video !== 'copy' && video !== 'none' && video !== 'gif' && video !== 'webp';

const containersThat = (accept: (container: Container) => boolean): string => containers.filter(accept).join(', ');

const checkPair = (intent: TranscodeIntent, params: TranscodeParams): ParamIssue[] => {
  const { container, video, audio } = intent;
  const rules = containerRules[container];
  const found: ParamIssue[] = [];
  if (isCodec(video) && !rules.video.includes(video))
    found.push(
      issue(
        params.codec !== undefined && params.video_codec === undefined ? '/codec' : '/video_codec',
        'codec_container_mismatch',
        `${container} cannot carry ${video}: it takes ${rules.video.join(', ') || 'no video'}; ` +
          `${video} goes into ${containersThat((name) => containerRules[name].video.includes(video))}`,
      ),
    );
  if (audio !== 'copy' && audio !== 'none' && !rules.audio.includes(audio))
    found.push(
      issue(
        '/audio_codec',
        'codec_container_mismatch',
        `${container} cannot carry ${audio}: it takes ${rules.audio.join(', ')}; ` +
          `${audio} goes into ${containersThat((name) => containerRules[name].audio.includes(audio))}`,
      ),
    );
  return found;
};

const checkAliases = (params: TranscodeParams): ParamIssue[] => {
  const found: ParamIssue[] = [];
  if (params.format !== undefined && params.output_format !== undefined && params.format !== params.output_format)
    found.push(issue('/format', 'param_conflict', 'format and output_format name the same thing and differ'));
  if (params.codec !== undefined && params.video_codec !== undefined && params.codec !== params.video_codec)
    found.push(issue('/codec', 'param_conflict', 'codec and video_codec name the same thing and differ'));
  if (params.preset !== undefined && !isEffort(params.preset) && !isProfile(params.preset))
    found.push(issue('/preset', 'preset_unknown', 'not one of fast, balanced, quality, a profile or a stored preset'));
  return found;
};

const pictureFields = [
  ...(['crf', 'video_bitrate', 'max_bitrate', 'encoder_preset', 'resolution', 'fps', 'ladder'] as const),
  ...(['keyframe_interval', 'profile', 'level', 'tune'] as const),
];

const notOfAnimations = [
  ...(['crf', 'video_bitrate', 'max_bitrate', 'encoder_preset', 'two_pass', 'audio_bitrate'] as const),
  ...(['keyframe_interval', 'profile', 'level', 'tune'] as const),
];

const checkAnimation = (intent: TranscodeIntent, params: TranscodeParams): ParamIssue[] => {
  const { container, video } = intent;
  if (!isAnimation(container)) return [];
  const notEncoded = video !== container && !isCodec(video);
  return [
    ...(notEncoded ? [issue('/video_codec', 'param_conflict', `${container} has pictures of its own kind only`)] : []),
    ...notOfAnimations
      .filter((field) => params[field] !== undefined && params[field] !== false)
      .map((field) =>
        issue(`/${field}`, 'param_conflict', `${container} has no ${field}; resolution and fps make it smaller`),
      ),
  ];
};

const checkPicture = (intent: TranscodeIntent, params: TranscodeParams): ParamIssue[] => {
  if (isCodec(intent.video) || isAnimation(intent.container)) return [];
  const why =
    intent.video === 'copy' ? 'a copied stream is not encoded' : `${intent.container} output has no picture here`;
  const named = [
    ...pictureFields.filter((field) => params[field] !== undefined),
    ...(params.deinterlace === 'on' ? (['deinterlace'] as const) : []),
  ];
  return named.map((field) => issue(`/${field}`, 'param_conflict', `${field} does not apply: ${why}`));
};

/** A second pass hits a rate: each picture needs one. */
const checkTwoPass = ({ isTwoPass, container, ladder, videoBitrate }: TranscodeIntent): ParamIssue[] => {
  if (!isTwoPass) return [];
  if (!isStreaming(container))
    return videoBitrate === null ? [issue('/two_pass', 'param_conflict', 'two passes need video_bitrate')] : [];
  const hasRates = ladder?.every((rung) => rung.videoBitrate !== null) ?? false;
  const message = `two passes of ${container} need a ladder in which every rung has video_bitrate`;
  return hasRates ? [] : [issue('/two_pass', 'param_conflict', message)];
};

const checkRate = (intent: TranscodeIntent, params: TranscodeParams): ParamIssue[] => {
  const found: ParamIssue[] = [];
  if (params.crf !== undefined && params.video_bitrate !== undefined)
    found.push(
      issue('/crf', 'param_conflict', 'give crf (constant quality) or video_bitrate (average rate), not both'),
    );
  if (intent.crf !== null && intent.crf > 51 && isCodec(intent.video) && !['av1', 'vp9'].includes(intent.video))
    found.push(issue('/crf', 'param_out_of_range', `crf goes to 51 for ${intent.video}`));
  found.push(...checkTwoPass(intent));
  if (intent.isTwoPass && intent.video === 'av1')
    found.push(
      issue('/two_pass', 'param_conflict', 'AV1 is encoded in one pass; possible: h264, hevc, vp9, mpeg4, mpeg2'),
    );
  if (intent.maxBitrate !== null && intent.videoBitrate !== null && intent.maxBitrate < intent.videoBitrate)
    found.push(issue('/max_bitrate', 'param_conflict', 'the peak is below the average'));
  return found;
};

const checkEncoderPreset = (intent: TranscodeIntent): ParamIssue[] => {
  if (intent.encoderPreset === null || !isCodec(intent.video)) return [];
  const known = intent.encoderHardware === 'gpu' ? nvencPresets : encoderPresets[intent.video];
  const isOfGpu = known.length > 0 && nvencPresets.includes(intent.encoderPreset);
  return known.includes(intent.encoderPreset) || isOfGpu
    ? []
    : [issue('/encoder_preset', 'param_out_of_range', `for ${intent.video}: ${said(known)}`)];
};

const noManners = { profile: [], tune: [] };

/** Of the profiles and tunes, which a codec has; those without any have no levels either. */
const manners: Readonly<Record<VideoCodec, { readonly profile: readonly string[]; readonly tune: readonly string[] }>> =
  {
    h264: {
      profile: ['baseline', 'main', 'high'],
      tune: ['film', 'animation', 'grain', 'stillimage', 'fastdecode', 'zerolatency'],
    },
    hevc: { profile: ['main', 'main10'], tune: ['animation', 'grain', 'fastdecode', 'zerolatency'] },
    av1: noManners,
    vp9: noManners,
    mpeg4: noManners,
    mpeg2video: noManners,
  };

const checkManner = ({ video, profile, tune, level }: TranscodeIntent): ParamIssue[] => {
  if (!isCodec(video)) return [];
  const known = manners[video];
  return [
    ...(['profile', 'tune'] as const).flatMap((field) => {
      const value = { profile, tune }[field];
      return value === null || known[field].includes(value)
        ? []
        : [issue(`/${field}`, 'param_conflict', `${field} of ${video}: ${said(known[field])}`)];
    }),
    ...(level !== null && known.profile.length === 0
      ? [issue('/level', 'param_conflict', `level is for h264 and hevc, not for ${video}`)]
      : []),
  ];
};

const checkStreaming = (intent: TranscodeIntent, params: TranscodeParams): ParamIssue[] => {
  if (!isStreaming(intent.container))
    return (['ladder', 'segment_duration', 'segment_type'] as const)
      .filter((field) => params[field] !== undefined)
      .map((field) => issue(`/${field}`, 'param_conflict', `${field} is for hls and dash`));
  const found: ParamIssue[] = (['keyframe_interval', 'profile', 'level', 'tune'] as const)
    .filter((field) => params[field] !== undefined)
    .map((field) => issue(`/${field}`, 'param_conflict', `${field} is for a single file, not for ${intent.container}`));
  if (intent.segmentType === 'ts' && intent.container === 'dash')
    found.push(issue('/segment_type', 'param_conflict', 'dash has segments of fmp4; ts is for hls'));
  if (intent.segmentType === 'ts' && intent.video === 'hevc')
    found.push(issue('/segment_type', 'param_conflict', 'players take hevc in fmp4 only; ts goes with h264'));
  if (intent.video === 'copy')
    found.push(
      issue(
        '/video_codec',
        'param_conflict',
        `${intent.container} is encoded anew: its segments need keyframes in step`,
      ),
    );
  if (params.ladder !== undefined && params.resolution !== undefined)
    found.push(issue('/resolution', 'param_conflict', 'the ladder names the sizes'));
  if (params.ladder !== undefined && (params.video_bitrate !== undefined || params.max_bitrate !== undefined))
    found.push(issue('/ladder', 'param_conflict', 'bit rates belong to the rungs of the ladder'));
  return found;
};

const checkPackages = ({ container, video }: TranscodeIntent): ParamIssue[] =>
  containerRules[container].pace === 'packages' && video === 'none'
    ? [issue('/video_codec', 'param_conflict', `${container} is made of pictures, each with its share of the sound`)]
    : [];

/** What is wrong with a transcode request, beyond what its schema says. */
export const checkTranscode = (params: TranscodeParams): ParamIssue[] => {
  const intent = transcodeIntent(params);
  const nothingLeft = intent.video === 'none' && intent.audio === 'none';
  return [
    ...checkAliases(params),
    ...checkPair(intent, params),
    ...checkPicture(intent, params),
    ...checkAnimation(intent, params),
    ...checkPackages(intent),
    ...checkRate(intent, params),
    ...checkEncoderPreset(intent),
    ...checkManner(intent),
    ...checkStreaming(intent, params),
    ...(nothingLeft ? [issue('/audio_codec', 'param_conflict', 'neither picture nor sound is left')] : []),
  ];
};
