import type { Token } from '../../argv/token.ts';
import type { Rung } from '../../ladder/rungs.ts';

/** Name of the rendition that carries the sound. */
export const audioName = 'audio';

/** Arguments of the HLS muxer: fMP4 segments, one folder per rendition. */
export const hlsArgs = (bundle: string, rungs: readonly Rung[], hasAudio: boolean, segmentMs: number): Token[] => {
  const group = hasAudio ? `,agroup:${audioName}` : '';
  const variants = [
    ...rungs.map((rung, n) => `v:${n}${group},name:${rung.name}`),
    ...(hasAudio ? [`a:0,agroup:${audioName},name:${audioName}`] : []),
  ];
  return [
    '-f',
    'hls',
    '-hls_time',
    String(segmentMs / 1000),
    '-hls_playlist_type',
    'vod',
    '-hls_segment_type',
    'fmp4',
    '-hls_flags',
    'independent_segments',
    '-var_stream_map',
    variants.join(' '),
    '-hls_segment_filename',
    { out: bundle, path: '%v/segment_%05d.m4s' },
    { out: bundle, path: '%v/index.m3u8' },
  ];
};

/** Arguments of the DASH muxer: one folder, one adaptation set per kind. */
export const dashArgs = (bundle: string, hasAudio: boolean, segmentMs: number): Token[] => [
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
  hasAudio ? 'id=0,streams=v id=1,streams=a' : 'id=0,streams=v',
  { out: bundle, path: 'manifest.mpd' },
];
