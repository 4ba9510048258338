import { openPlainFile } from '@ffapi/blob';
import { cuesMax, parseCues, subtitleFacts } from '@ffapi/media';
import type { MediaFacts } from '@ffapi/media';
import { MediaFailure } from '../media-failure.ts';
import { decodeText } from './decode-text.ts';

const sizeBytesMax = 10 * 1024 * 1024;

/** The facts of an untrusted subtitle file: read here as text, so that no media tool ever opens it. */
export const readSubtitle = async (path: string): Promise<MediaFacts> => {
  await using file = await openPlainFile(path);
  const { size } = await file.stat();
  if (size === 0) throw new MediaFailure('media_empty');
  if (size > sizeBytesMax) throw new MediaFailure('subtitle_too_large');
  const { text, charset } = decodeText(await file.readFile());
  const sheet = parseCues(text);
  if (sheet.cues.length === 0)
    throw new MediaFailure('subtitle_unreadable', { message: 'there is no cue in the file' });
  if (sheet.cues.length > cuesMax) throw new MediaFailure('subtitle_too_large');
  return subtitleFacts({ ...sheet, charset }, size);
};
