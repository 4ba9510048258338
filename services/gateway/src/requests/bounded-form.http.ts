import type { IncomingMessage } from 'node:http';
import { RequestRefused } from './problem.http.ts';

/**
 * Does work that reads a form, refused as soon as the form has more bytes than it may: what is no file counts, too, and
 * so does what the parser skips.
 */
export const withinBytes = async <T>(form: IncomingMessage, bytesMax: number, work: () => Promise<T>): Promise<T> => {
  const tooLong = Promise.withResolvers<never>();
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > bytesMax) tooLong.reject(new RequestRefused('input_too_large'));
  };
  // Not before the parser reads: whoever listens makes the bytes flow, and they would be gone.
  const begin = (): void => void form.on('data', count);
  form.once('resume', begin);
  try {
    return await Promise.race([work(), tooLong.promise]);
  } finally {
    form.off('resume', begin).off('data', count);
  }
};
