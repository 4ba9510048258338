import { safeFileName } from '@ffapi/contracts';

/** Extensions that mean the same kind of file as the one that its first bytes tell. */
const alike: readonly (readonly string[])[] = [
  ['mp4', 'm4v', 'm4a', 'm4b', 'mov', 'qt', '3gp', '3g2', 'f4v', 'f4a'],
  ['mkv', 'mka', 'mks', 'webm'],
  ['avi', 'divx'],
  ['asf', 'wmv', 'wma'],
  ['mpg', 'mpeg', 'vob', 'm2v', 'mpv', 'm1v'],
  ['mts', 'm2ts', 'ts', 'm2t', 'tp'],
  ['ogg', 'oga', 'ogv', 'ogx', 'opus', 'spx'],
  ['mp1', 'mp2', 'mp3', 'mpa'],
  ['aac', 'adts'],
  ['aif', 'aiff', 'aifc'],
  ['wav', 'wave', 'bwf'],
  ['jpg', 'jpeg', 'jpe', 'jfif'],
  ['tif', 'tiff'],
  ['heic', 'heif', 'hif'],
  ['png', 'apng'],
];

/** What has no signature of its own, or not always: text, and streams that may begin anywhere. */
const withoutSignature = new Set(
  [
    'srt vtt ass ssa sub sbv ttml lrc txt csv json cube bin',
    'mp3 mp2 aac ac3 eac3 dts ts m2ts mts mpg mpeg m2v h264 h265 hevc obu ivf y4m yuv pcm raw amr',
    'mp4 m4v m4a mov mkv webm avi flv wmv ogg wav flac opus mxf gif jpg jpeg png webp avif bmp tif tiff',
  ].flatMap((line) => line.split(' ')),
);

const extensionOf = (name: string): string => /\.([^.\s]{1,16})$/u.exec(name)?.[1]?.toLowerCase() ?? '';

/**
 * The name with an extension that its content bears out: one that says something else gets the true one behind it, so
 * that nothing is opened as what it only claims to be.
 */
export const withExtensionOf = (name: string, found: string | null): string => {
  const claimed = extensionOf(name);
  if (found === null) return withoutSignature.has(claimed) ? name : safeFileName(`${name}.bin`);
  const sameKind = alike.find((group) => group.includes(found)) ?? [found];
  return sameKind.includes(claimed) ? name : safeFileName(`${name}.${found}`);
};
