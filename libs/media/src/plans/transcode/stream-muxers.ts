import type { TranscodeIntent } from '@ffapi/contracts';
import type { Token } from '../../argv/token.ts';
import type { Rung } from '../../ladder/rungs.ts';

/** What a muxer is given: the rungs, and names of the renditions of sound. */
export interface Muxed {
  readonly rungs: readonly Rung[];
  readonly sounds: readonly string[];
  readonly segmentMs: number;
  readonly segmentType: TranscodeIntent['segmentType'];
}

const soundGroup = 'audio';

/** Packets of one stream wait until each has begun: one that begins late must not overflow the queue. */
const queue = ['-max_muxing_queue_size', '4096'];

/**
 * The muxer's name for a type of segments, how their files end, and what else it is told. Pictures are decoded before
 * they are shown. Moved to make up for that, as FFmpeg would, the renditions begin apart by what stands in an edit list
 * of two entries, which browsers pass over: sound was 56 ms early. Unmoved, each has an edit list of one, which they know.
 */
const segmentTypes = {
  fmp4: { muxer: 'fmp4', extension: 'm4s', times: ['-avoid_negative_ts', 'disabled'] },
  ts: { muxer: 'mpegts', extension: 'ts', times: [] },
} as const;

/** Arguments of the HLS muxer: one folder per rendition. */
export const hlsArgs = (bundle: string, { rungs, sounds, segmentMs, segmentType }: Muxed): Token[] => {
  const { muxer, extension, times } = segmentTypes[segmentType];
  const group = sounds.length > 0 ? `,agroup:${soundGroup}` : '';
  const variants = [
    ...rungs.map((rung, n) => `v:${n}${group},name:${rung.name}`),
    ...sounds.map((name, n) => `a:${n},agroup:${soundGroup},name:${name}`),
  ];
  return [
    ...queue,
    ...times,
    '-f',
    'hls',
    '-hls_time',
    String(segmentMs / 1000),
    '-hls_playlist_type',
    'vod',
    '-hls_segment_type',
    muxer,
    '-hls_flags',
    'independent_segments',
    '-var_stream_map',
    variants.join(' '),
    '-hls_segment_filename',
    { out: bundle, path: `%v/segment_%05d.${extension}` },
    { out: bundle, path: '%v/index.m3u8' },
  ];
};

/** Arguments of the DASH muxer: one folder, one adaptation set per stream. */
export const dashArgs = (bundle: string, { rungs, sounds, segmentMs }: Muxed): Token[] => [
  ...queue,
  '-f',
  'dash',
  // Left alone, the muxer writes VP9 and AV1 as WebM.
  '-dash_segment_type',
  'mp4',
  '-seg_duration',
  String(segmentMs / 1000),
  '-use_template',
  '1',
  '-use_timeline',
  '1',
  '-init_seg_name',
  'init_$RepresentationID$.m4s',
  '-media_seg_name',
  'chunk_$RepresentationID$_$Number%05d$.m4s',
  '-adaptation_sets',
  [...rungs, ...sounds].map((_, n) => `id=${n},streams=${n}`).join(' '),
  { out: bundle, path: 'manifest.mpd' },
];
