import type { Container } from '@ffapi/contracts';
import type { VideoFacts } from '../facts/media-facts.ts';

/** Whether parts of a picture may be transparent. */
export const hasAlpha = ({ pixFmt, alphaDecoder }: Pick<VideoFacts, 'pixFmt' | 'alphaDecoder'>): boolean =>
  alphaDecoder !== null || /^(yuva|rgba|bgra|argb|abgr|gbrap|ya\d|pal8)/.test(pixFmt);

/** Whether the loss of transparency is worth a word: every GIF is read with it, and few have any. */
export const missesAlpha = (picture: Pick<VideoFacts, 'pixFmt' | 'alphaDecoder' | 'codec'>): boolean =>
  hasAlpha(picture) && picture.codec !== 'gif';

/** Options before an input whose transparency counts. */
export const alphaDecoding = (picture: Pick<VideoFacts, 'index' | 'alphaDecoder'> | null): string[] =>
  picture === null || picture.alphaDecoder === null ? [] : [`-c:${picture.index}`, picture.alphaDecoder];

/** Of the encoders only libvpx writes transparency, and only Matroska and WebM have a place for it. */
export const carriesAlpha = (
  picture: Pick<VideoFacts, 'pixFmt' | 'alphaDecoder' | 'isHdr'>,
  encoder: { readonly name: string },
  container: Container,
): boolean =>
  hasAlpha(picture) && !picture.isHdr && encoder.name === 'libvpx-vp9' && (container === 'webm' || container === 'mkv');
