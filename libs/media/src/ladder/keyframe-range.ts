/** Where a keyframe lies in its segment. */
export interface KeyframeRange {
  readonly atBytes: number;
  readonly sizeBytes: number;
  /** After the segment's first. */
  readonly atSeconds: number;
}

/** A segment of a rendition of pictures, as its playlist names it. */
export interface PictureSegment {
  readonly uri: string;
  readonly seconds: number;
  readonly keyframes: readonly KeyframeRange[];
}

/** Segments and their lengths in the order of a media playlist. */
export const segmentsIn = (playlist: string): readonly { readonly uri: string; readonly seconds: number }[] =>
  [...playlist.matchAll(/^#EXTINF:([\d.]+).*\n(?:#.*\n)*([^#\s].*)$/gm)].map(([, seconds, uri = '']) => ({
    uri: uri.trim(),
    seconds: Number(seconds),
  }));

interface Entry extends KeyframeRange {
  readonly uri: string;
  readonly seconds: number;
}

const entriesOf = ({ uri, seconds, keyframes }: PictureSegment): Entry[] =>
  keyframes.map((keyframe, n) => ({
    ...keyframe,
    uri,
    seconds: (keyframes[n + 1]?.atSeconds ?? seconds) - keyframe.atSeconds,
  }));

export interface KeyframePlaylist {
  readonly text: string;
  readonly peakBitrate: number;
}

/** A playlist of keyframes alone (RFC 8216, 4.3.3.6), with which players show pictures while somebody searches. */
export const keyframePlaylist = (
  segments: readonly PictureSegment[],
  initUri: string | null,
): KeyframePlaylist | null => {
  const entries = segments.flatMap(entriesOf).filter(({ seconds }) => seconds > 0);
  if (entries.length === 0) return null;
  return {
    peakBitrate: Math.ceil(Math.max(...entries.map(({ sizeBytes, seconds }) => (sizeBytes * 8) / seconds))),
    text: [
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      `#EXT-X-TARGETDURATION:${Math.ceil(Math.max(...entries.map(({ seconds }) => seconds)))}`,
      '#EXT-X-MEDIA-SEQUENCE:0',
      '#EXT-X-PLAYLIST-TYPE:VOD',
      '#EXT-X-I-FRAMES-ONLY',
      ...(initUri === null ? [] : [`#EXT-X-MAP:URI="${initUri}"`]),
      ...entries.flatMap(({ uri, seconds, sizeBytes, atBytes }) => [
        `#EXTINF:${seconds.toFixed(6)},`,
        `#EXT-X-BYTERANGE:${sizeBytes}@${atBytes}`,
        uri,
      ]),
      '#EXT-X-ENDLIST',
      '',
    ].join('\n'),
  };
};
