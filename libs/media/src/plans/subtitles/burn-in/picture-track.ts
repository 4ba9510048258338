import { ffmpegGlobals, inputGuard, guardedInput } from '../../../argv/guard.ts';
import type { Token } from '../../../argv/token.ts';
import type { MediaFacts, SubtitleFacts, VideoFacts } from '../../../facts/media-facts.ts';
import { filter } from '../../../filtergraph/filter.ts';
import type { Size } from '../../../ladder/fit.ts';
import { seconds } from '../../../filtergraph/seconds.ts';
import { refusePlan } from '../../plan.ts';
import type { Plan, Step } from '../../plan.ts';
import type { LaidOver } from '../../../encode/laid-over.ts';
import { endOf } from '../../../encode/sources.ts';
import type { Selection } from '../../../encode/sources.ts';
import type { Track } from '../extract/choose-track.ts';

/** Subtitles that are pictures of text, of Blu-ray, DVD and television. */
export const pictureCodecs: readonly string[] = ['hdmv_pgs_subtitle', 'dvd_subtitle', 'dvb_subtitle'];

const shownFlags =
  '-hide_banner -loglevel level+error -print_format csv=print_section=0 -show_frames -show_entries subtitle=num_rects'.split(
    ' ',
  );
const trackFlags = '-c:v rawvideo -c:s copy -f matroska'.split(' ');
const toNull = '-c copy -f null -'.split(' ');

/** Decodes the track, captured as `pictures`: how much each of its moments shows. */
export const countPictures = (source: MediaFacts, { stream }: Track): Plan => ({
  kind: 'measure',
  device: 'cpu',
  steps: [
    {
      id: 'count',
      tool: 'ffprobe',
      argv: [...shownFlags, '-select_streams', String(stream.index), ...inputGuard(source.demuxer), { in: 'source' }],
      reads: ['source'],
      writes: [],
      weight: 1,
      expectedDurationMs: 0,
      capture: { name: 'pictures', from: 'stdout' },
    },
  ],
  outputs: [],
  warnings: [],
  estimate: { durationMs: 500 },
});

/** How many pictures there are; refuses a track of none. */
export const picturesIn = (captured: unknown, { number }: Track): number => {
  const shown = String(captured).match(/^[1-9]/gm)?.length ?? 0;
  return shown === 0 ? refusePlan('subtitle_track_missing', `track ${number} holds no pictures`) : shown;
};

const fileName = 'pictures.mkv';
const unknownMs = 6 * 3_600_000;

/**
 * The track in a file of its own, beside tiny pictures that beat time. FFmpeg ends a picture of text where something
 * else of its file comes later; beside the film itself it would begin by as much late as pictures are decoded early.
 */
export const trackStep = (source: MediaFacts, { stream }: Track, selection: Selection): Step => {
  const lengthMs = endOf(selection) ?? unknownMs;
  const streams = [selection.picture, ...selection.sound].flatMap((each) => (each === null ? [] : each.index));
  return {
    id: 'pictures',
    tool: 'ffmpeg',
    argv: [
      ...ffmpegGlobals,
      ...guardedInput('source', source.demuxer),
      '-filter_complex',
      `${filter('color', { s: '2x2', r: 50, d: seconds(lengthMs) })}[beat]`,
      '-map',
      '[beat]',
      '-map',
      `0:${stream.index}`,
      ...trackFlags,
      { scratch: fileName },
      // Of a transport stream time counts from the first of the streams that are read: the same as of the film.
      ...streams.flatMap((index) => ['-map', `0:${index}`]),
      ...toNull,
    ],
    reads: ['source'],
    writes: [],
    weight: 0.1,
    expectedDurationMs: lengthMs,
  };
};

/** What television has where it names no other size (ETSI EN 300 743). */
const standard: Size = { width: 720, height: 576 };

/** The size that the pictures of a track are placed in; those of Blu-ray say it themselves. */
const canvasArgs = ({ codec, canvas }: SubtitleFacts, picture: VideoFacts): Token[] => {
  // The first may come late, and nothing before it says how large they are.
  if (codec === 'hdmv_pgs_subtitle') return ['-analyzeduration', '86400000000', '-probesize', '100000000'];
  const { width, height } =
    canvas ?? (codec === 'dvb_subtitle' && picture.height <= standard.height ? standard : picture);
  return ['-canvas_size:1', `${width}x${height}`];
};

/** The pictures of the track, stretched as the film is that they were made for. */
export const trackOver = ({ stream }: Track, picture: VideoFacts): LaidOver => ({
  input: [...inputGuard('matroska'), ...canvasArgs(stream, picture), '-i', { scratch: fileName }],
  graph: ({ width, height }, matrix) => {
    const scale = filter('scale', { w: width, h: height, out_color_matrix: matrix, out_range: 'tv' });
    return `[1:0]nullsink;[1:1]${scale},${filter('format', { pix_fmts: 'yuva420p' })}`;
  },
});
