import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export type ScanVerdict = { readonly isClean: true } | { readonly isClean: false; readonly signature: string };

export interface ScannerOptions {
  /** A path, or `tcp://host:port`. */
  readonly address: string;
  /** A scanner that neither takes bytes nor answers for this long is given up. */
  readonly silenceMs: number;
}

/** No verdict was had: the file must be taken for bad. */
export class ScannerUnavailable extends Error {
  override readonly name = 'ScannerUnavailable';
}

/** Asks a virus scanner about bytes as they pass. */
export type Scan = (bytes: AsyncIterable<Uint8Array>) => Promise<ScanVerdict>;

/** Longer chunks are cut: each needs its length before it, and clamd holds one at a time. */
const chunkBytesMax = 1 << 18;
const answerBytesMax = 4_096;

const isHangUp = (error: unknown): boolean =>
  ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');

const frames = function* (chunk: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < chunk.byteLength; at += chunkBytesMax) {
    const part = chunk.subarray(at, at + chunkBytesMax);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.byteLength);
    yield length;
    yield part;
  }
};

/** A connection to the scanner. */
export const openScanner = ({ address }: ScannerOptions): Socket => {
  if (!address.startsWith('tcp://')) return connect({ path: address });
  const { hostname, port } = new URL(address);
  return connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 3310) });
};

/** Whether all was sent, its end included, before anything was answered. */
const send = async (socket: Socket, bytes: AsyncIterable<Uint8Array>): Promise<boolean> => {
  let isAnswered = false;
  socket.once('readable', () => (isAnswered = true));
  const write = async (data: string | Uint8Array): Promise<void> => {
    if (socket.writable && !socket.write(data)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  };
  await write('zINSTREAM\0');
  for await (const chunk of bytes) {
    for (const frame of frames(chunk)) await write(frame);
    if (!socket.writable) return false;
  }
  const isFirst = !isAnswered;
  await write(Buffer.alloc(4));
  return isFirst;
};

const answerOf = async (socket: Socket): Promise<string> => {
  let said = '';
  try {
    for await (const chunk of socket) {
      said += String(chunk);
      if (said.length > answerBytesMax) break;
    }
  } catch (error) {
    if (!isHangUp(error)) throw error;
    // clamd answers and hangs up in the middle of a stream that is too long: its answer may be lost on the way.
    if (said === '') throw new ScannerUnavailable('it hung up; the file may be longer than its StreamMaxLength');
  }
  return said;
};

/** The one answer, up to the NUL that ends it: half of one, or another behind it, is none that could be trusted. */
const oneAnswer = (said: string): string => {
  const [, answer] = /^([^\0\r\n]*)\0$/.exec(said) ?? [];
  if (answer !== undefined) return answer;
  throw new ScannerUnavailable(said === '' ? 'it closed the connection' : 'its answer is not one line');
};

const verdictOf = (said: string, isWhole: boolean): ScanVerdict => {
  const answer = oneAnswer(said);
  if (answer === 'stream: OK') {
    if (!isWhole) throw new ScannerUnavailable('it answered before it had the whole file');
    return { isClean: true };
  }
  const signature = /^stream: (.+) FOUND$/.exec(answer)?.[1];
  // Where AlertExceedsMax is set, clamd says so of a file that it did not read to its end.
  if (signature?.startsWith('Heuristics.Limits.Exceeded')) throw new ScannerUnavailable(signature);
  if (signature !== undefined) return { isClean: false, signature };
  throw new ScannerUnavailable(answer);
};

/**
 * The scanner behind clamd's INSTREAM: the bytes go over the socket, so it needs no access to files. Anything but a
 * clear answer throws.
 */
export const clamdScanner =
  (options: ScannerOptions): Scan =>
  async (bytes) => {
    const socket = openScanner(options);
    socket.setTimeout(options.silenceMs, () => socket.destroy(new Error('it is silent')));
    const answered = answerOf(socket);
    answered.catch(() => {});
    try {
      const isWhole = await send(socket, bytes).catch((error: unknown) => {
        // The answer tells more than the broken pipe.
        if (!isHangUp(error)) throw error;
        return false;
      });
      return verdictOf(await answered, isWhole);
    } catch (error) {
      if (error instanceof ScannerUnavailable) throw error;
      throw new ScannerUnavailable((error as Error).message, { cause: error });
    } finally {
      socket.destroy();
    }
  };
