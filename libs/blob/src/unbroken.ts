import { addAbortSignal, PassThrough, type Readable } from 'node:stream';
import { BlobStoreUnavailable } from './failures.ts';

/**
 * The body of an answer whose end is told from a lost connection. The connection may be silent for so long only while
 * something is waited for: a reader who takes a pause is not cut off.
 */
export const unbroken = (body: Readable, idleTimeoutMs: number, signal?: AbortSignal): Readable => {
  const out = new PassThrough({ highWaterMark: 1 << 18 });
  const fail = (cause: unknown) =>
    out.destroy(new BlobStoreUnavailable('the connection to the store was lost', { cause }));
  // It may break before anybody reads: who does then finds the error, and the process does not end of it.
  out.on('error', () => {});
  const watch = setTimeout(() => {
    if (out.writableNeedDrain) watch.refresh();
    else fail(new Error(`nothing came for ${idleTimeoutMs} ms`));
  }, idleTimeoutMs);
  body.on('data', () => watch.refresh());
  body.once('error', fail);
  body.once('close', () => body.readableEnded || fail(new Error('the body ended early')));
  out.on('drain', () => watch.refresh());
  body.once('end', () => clearTimeout(watch));
  out.once('close', () => {
    clearTimeout(watch);
    body.destroy();
  });
  if (signal) addAbortSignal(signal, out);
  return body.pipe(out);
};
