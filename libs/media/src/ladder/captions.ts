import type { CaptionTrack } from '../plans/plan.ts';

/** Files of subtitles beside a ladder: path and text. */
export type CaptionFile = readonly [path: string, text: string];

/** Where the clock of the segments stands when the film begins, in ticks of 90 kHz (RFC 8216, 3.5). */
const withClock = (text: string, mpegTicks: number): string =>
  text.replace(/^WEBVTT.*\n/, (first) => `${first}X-TIMESTAMP-MAP=MPEGTS:${mpegTicks},LOCAL:00:00:00.000\n`);

const playlist = (file: string, durationMs: number): string =>
  [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.ceil(durationMs / 1000)}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    `#EXTINF:${(durationMs / 1000).toFixed(3)},`,
    file,
    '#EXT-X-ENDLIST',
    '',
  ].join('\n');

/** A rendition of HLS: one segment, which its playlist names. */
export const hlsCaptionFiles = ({ name, text, durationMs }: CaptionTrack, mpegTicks: number): CaptionFile[] => [
  [`${name}/${name}.vtt`, withClock(text, mpegTicks)],
  [`${name}/index.m3u8`, playlist(`${name}.vtt`, durationMs)],
];

/** Where DASH has the subtitles. */
export const dashCaptionPath = ({ name }: Pick<CaptionTrack, 'name'>): string => `${name}.vtt`;
