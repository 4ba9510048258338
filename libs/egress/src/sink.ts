import { open, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** Where a download goes. */
export interface Sink {
  write(chunk: Uint8Array): Promise<void>;
  /** Begins again from nothing; absent where written bytes cannot be taken back. */
  readonly restart?: (() => Promise<void>) | undefined;
  close(): Promise<void>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}

export const openSink = (target: string | Writable): Promise<Sink> | Sink =>
  typeof target === 'string' ? fileSink(target) : streamSink(target);

const fileSink = async (path: string): Promise<Sink> => {
  const file = await open(path, 'w');
  let position = 0;
  return {
    write: async (chunk) => {
      for (let done = 0; done < chunk.byteLength;) {
        const { bytesWritten } = await file.write(chunk, done, chunk.byteLength - done, position);
        done += bytesWritten;
        position += bytesWritten;
      }
    },
    restart: async () => {
      await file.truncate(0);
      position = 0;
    },
    close: () => file.close(),
    discard: async () => {
      await file.close().catch(() => {});
      await rm(path, { force: true });
    },
  };
};

const streamSink = (stream: Writable): Sink => {
  // A failed write is reported by its callback; without a listener the event would end the process as well.
  stream.on('error', () => {});
  return {
    write: (chunk) =>
      new Promise((resolve, reject) => void stream.write(chunk, (error) => (error ? reject(error) : resolve()))),
    close: async () => {
      const done = finished(stream, { readable: false });
      stream.end();
      await done;
    },
    discard: async () => void stream.destroy(),
  };
};
