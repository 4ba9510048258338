import { ascii } from './bytes.ts';
import { heifPicture, isHeic } from './heif.ts';

const animationFlag = 0x02;

const isAnimatedWebp = (head: Uint8Array): boolean =>
  ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 8) === 'WEBPVP8X' && ((head[20] ?? 0) & animationFlag) !== 0;

/** Why a picture of a known type is not read, and what to send instead; null: it is none of those. */
export const whyUnread = (head: Uint8Array): string | null => {
  if (isHeic(head)) return 'HEIC pictures are not read. Send JPEG, PNG, WebP or AVIF, as phones export them.';
  if (isAnimatedWebp(head)) return 'Animated WebP is not read. Send the animation as GIF, animated PNG, MP4 or WebM.';
  const picture = heifPicture(head);
  if (picture === null || picture.kind === 'av01') return null;
  return picture.kind === 'grid'
    ? 'An AVIF picture in tiles is not read. Send it as JPEG, PNG or WebP, or as AVIF of one piece.'
    : `HEIF pictures of ${picture.kind} are not read. Send JPEG, PNG, WebP or AVIF.`;
};
