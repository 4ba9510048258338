import type { TranscodeIntent, VideoCodec } from '@ffapi/contracts';
import { containerRules, isStreaming, keptCodecs } from '@ffapi/contracts';
import { canDecode } from '../argv/guard.ts';
import { beginningMs, pictureOf } from '../facts/media-facts.ts';
import type { AudioFacts, MediaFacts, VideoFacts } from '../facts/media-facts.ts';
import { framing } from '../ladder/fit.ts';
import { whyNotCarried } from '../sound/carried.ts';
import { refusePlan } from '../plans/plan.ts';
import { isUnchanged } from './picture.ts';

/** The streams of the source that the output will carry. */
export interface Selection {
  readonly picture: VideoFacts | null;
  readonly sound: readonly AudioFacts[];
  readonly durationMs: number | null;
  /** Tracks of sound that are left out, for people. */
  readonly leftOut: readonly string[];
}

/** From the beginning of the first of these streams to the end of the last. */
const spanOf = (facts: MediaFacts, streams: readonly (VideoFacts | AudioFacts)[]): number | null => {
  const ends = streams.flatMap(({ startMs, durationMs }) => (durationMs === null ? [] : [startMs + durationMs]));
  const isKnown = ends.length === streams.length && ends.length > 0;
  return isKnown ? Math.max(...ends) - beginningMs(streams) : facts.durationMs;
};

const plural = (count: number): string => (count === 1 ? '1 sound track' : `${count} sound tracks`);

/** More are no languages; FFmpeg itself reads no more than 32 streams. */
const ladderSoundsMax = 16;

/** What a ladder has to be heard: every track that can be; the first in any case, whose refusal says why. */
const ladderSound = (audible: readonly AudioFacts[], intent: TranscodeIntent): Pick<Selection, 'sound' | 'leftOut'> => {
  const isTaken = (stream: AudioFacts): boolean =>
    intent.audio === 'copy'
      ? stream === audible[0] || whyNotCarried(intent.container, stream) === null
      : canDecode(stream.codec);
  const taken = audible.filter(isTaken);
  const sound = (taken.length === 0 ? audible.slice(0, 1) : taken).slice(0, ladderSoundsMax);
  const why = intent.audio === 'copy' ? `${intent.container} cannot carry` : 'nothing here decodes';
  const others = audible.filter((stream) => !isTaken(stream) && !sound.includes(stream));
  return {
    sound,
    leftOut: [
      ...others.map(({ index, codec }) => `sound track ${index} is left out: ${why} ${codec}`),
      ...(taken.length > sound.length
        ? [`${plural(taken.length - sound.length)} left out: a ladder has ${ladderSoundsMax} at most`]
        : []),
    ],
  };
};

const chooseSound = (facts: MediaFacts, intent: TranscodeIntent): Pick<Selection, 'sound' | 'leftOut'> => {
  const { container } = intent;
  const audible = facts.audio.filter((stream) => stream.channels > 0);
  if (intent.audio === 'none') return { sound: [], leftOut: [] };
  if (isStreaming(container)) return ladderSound(audible, intent);
  return { sound: audible.slice(0, containerRules[container].video.length > 0 ? 8 : 1), leftOut: [] };
};

/** Which streams to take; refuses where what was asked for is not there. */
export const selectStreams = (facts: MediaFacts, intent: TranscodeIntent): Selection => {
  const rules = containerRules[intent.container];
  const picture = rules.video.length === 0 || intent.video === 'none' ? null : pictureOf(facts);
  const { sound, leftOut } = chooseSound(facts, intent);
  if (facts.video.length + facts.audio.length === 0) refusePlan('media_no_streams', 'neither picture nor sound');
  if (rules.pace === 'packages' && picture === null)
    refusePlan('media_no_video_stream', `${intent.container} is made of pictures, and the file has none`);
  if (rules.video.length === 0 && sound.length === 0)
    refusePlan('media_no_audio_stream', `${intent.container} needs sound, and the file has none`);
  if (picture === null && intent.isVideoNamed && intent.video !== 'none' && rules.video.length > 0)
    refusePlan('media_no_video_stream', 'a video codec was asked for, and the file has no video track');
  if (picture === null && sound.length === 0) refusePlan('media_no_video_stream', 'nothing that can be converted');
  return { picture, sound, durationMs: spanOf(facts, [...(picture ? [picture] : []), ...sound]), leftOut };
};

/** When the last of the streams ends, on the clock of the file; null where nobody knows. */
export const endOf = ({ picture, sound, durationMs }: Selection): number | null =>
  durationMs === null ? null : durationMs + beginningMs([picture, ...sound]);

/** Containers of edit lists and turned pictures. */
export const carriesDisplay = (container: TranscodeIntent['container']): boolean =>
  container === 'mp4' || container === 'mov';

/** Containers whose pictures lie in one rate, by who reads them: those of others need not, or in another order. */
const ownReader: Readonly<Partial<Record<TranscodeIntent['container'], string>>> = { avi: 'avi', mxf: 'mxf' };

/** Why a copy of the picture would be another film; null when it would not. */
const lostByCopying = (picture: VideoFacts, demuxer: string, intent: TranscodeIntent): string | null => {
  const reader = ownReader[intent.container];
  if (reader !== undefined && reader !== demuxer) return `${intent.container} has no times of its pictures`;
  // Pictures lie there in the order of decoding, without the times that other containers need.
  if (demuxer === 'avi' && picture.codec === 'h264') return 'AVI has no times of its pictures';
  if (carriesDisplay(intent.container)) return null;
  if (picture.hasHiddenPictures) return `${intent.container} cannot hide the pictures that an edit list hides`;
  return picture.rotation === 0 ? null : `${intent.container} cannot turn the picture by ${picture.rotation} degrees`;
};

/** Whether the picture's stream can be copied: asked for, or because encoding would change nothing. */
export const copiesPicture = (picture: VideoFacts, demuxer: string, intent: TranscodeIntent): boolean => {
  const allowed = containerRules[intent.container].video;
  const lost = lostByCopying(picture, demuxer, intent);
  if (intent.video === 'copy') {
    if (lost !== null) refusePlan('codec_container_mismatch', `the picture cannot be copied: ${lost}`);
    if (!allowed.includes(picture.codec as VideoCodec) && intent.container !== 'mkv')
      refusePlan(
        'codec_container_mismatch',
        `${intent.container} cannot carry ${picture.codec}: it takes ${allowed.join(', ')}`,
      );
    return true;
  }
  if (lost !== null || intent.wantsEncode || intent.encoderHardware !== null) return false;
  const kept = intent.isVideoNamed ? [intent.video] : keptCodecs(intent.container).video;
  const fits = kept.includes(picture.codec as VideoCodec);
  const isPlayable =
    picture.pixFmt === 'yuv420p' ||
    picture.pixFmt === 'yuvj420p' ||
    (picture.codec !== 'h264' && picture.pixFmt === 'yuv420p10le');
  const source = { width: picture.displayWidth, height: picture.displayHeight };
  return fits && isPlayable && isUnchanged(picture, framing(source, intent.resolution, intent.mayUpscale), intent.fps);
};
