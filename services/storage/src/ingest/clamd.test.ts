import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { clamdScanner, ScannerUnavailable } from './clamd.client.ts';

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A scanner that does what it is told; its address. */
const scripted = async (script: (socket: Socket) => void): Promise<string> => {
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    script(socket);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const scan = (address: string, bytes: Iterable<Uint8Array> = [Buffer.from('bytes')], silenceMs = 5_000) =>
  clamdScanner({ address, silenceMs })(
    (async function* () {
      yield* bytes;
    })(),
  );

const endless = function* (): Generator<Uint8Array> {
  for (;;) yield Buffer.alloc(1 << 20);
};

const answering = (answer: string) => (socket: Socket) => void socket.once('data', () => socket.end(answer));

describe('the scanner’s answer', () => {
  it('is waited for until the last byte, and the bytes are framed', async () => {
    const heard: Buffer[] = [];
    const address = await scripted((socket) =>
      socket.on('data', (chunk: Buffer) => {
        heard.push(chunk);
        if (Buffer.concat(heard).subarray(-4).equals(Buffer.alloc(4))) socket.end('stream: OK\0');
      }),
    );
    expect(await scan(address, [Buffer.from('ab'), Buffer.alloc(300_000, 'c')])).toEqual({ isClean: true });
    const said = Buffer.concat(heard);
    expect(said.subarray(0, 16).toString('latin1')).toBe('zINSTREAM\0\0\0\0\x02ab');
    // 300,000 bytes in two chunks: 16 of beginning, two lengths and the end.
    expect(said).toHaveLength(16 + 300_000 + 3 * 4);
  });

  it('names what was found', async () => {
    const address = await scripted(answering('stream: Win.Test.EICAR_HDB-1 FOUND\0'));
    expect(await scan(address)).toEqual({ isClean: false, signature: 'Win.Test.EICAR_HDB-1' });
  });

  it.each([
    ['a limit', 'INSTREAM size limit exceeded. ERROR\0'],
    ['an error', 'stream: lstat() failed. ERROR\0'],
    ['another answer', 'UNKNOWN COMMAND\0'],
    ['that it read a part', 'stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0'],
    ['half an answer', 'stream: O'],
    ['a word more', 'stream: OK FOUND OK\0'],
    ['two', 'stream: OK\0stream: Win.Test.EICAR_HDB-1 FOUND\0'],
    ['two, the same', 'stream: OK\0stream: OK\0'],
    ['two lines', 'stream: OK\nstream: Win.Test.EICAR_HDB-1 FOUND\0'],
    ['two lines, each of them ended', 'stream: OK\nstream: OK\n'],
    ['something behind its end', 'stream: OK\0 '],
    ['without its end', 'stream: OK'],
    ['ended as a line', 'stream: OK\n'],
    ['among spaces', ' stream: OK \0'],
    ['of a signature over two lines', 'stream: Win\nstream: OK FOUND\0'],
    ['nothing', ''],
    ['nothing but its end', '\0'],
    ['too much', 'x'.repeat(10_000)],
  ])('that is %s is none', async (_what, answer) => {
    await expect(scan(await scripted(answering(answer)))).rejects.toBeInstanceOf(ScannerUnavailable);
  });

  it('that comes before the end of the file is none, unless it is bad', async () => {
    const early = await scripted(answering('stream: OK\0'));
    await expect(scan(early, endless())).rejects.toBeInstanceOf(ScannerUnavailable);
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      await once(servers.at(-1)!, 'answered');
      yield Buffer.from('b');
    };
    const before = await scripted((socket) =>
      socket.once('data', () =>
        socket.write('stream: OK\0', () => setImmediate(() => servers.at(-1)?.emit('answered'))),
      ),
    );
    const scanning = clamdScanner({ address: before, silenceMs: 200 })(slow());
    await expect(scanning).rejects.toBeInstanceOf(ScannerUnavailable);
    const found = await scripted(answering('stream: Win.Test.EICAR_HDB-1 FOUND\0'));
    expect(await scan(found, endless())).toMatchObject({ isClean: false });
  });

  it('counts although the scanner hung up in the middle', async () => {
    const address = await scripted(answering('INSTREAM size limit exceeded. ERROR\0'));
    await expect(scan(address, endless())).rejects.toThrow(/size limit exceeded|StreamMaxLength/);
  });
});

describe('a scanner that is not well', () => {
  it('says nothing', async () => {
    const silent = await scripted((socket) => void socket.resume());
    await expect(scan(silent, undefined, 50)).rejects.toThrow('silent');
  });

  it('takes no bytes', async () => {
    const stuck = await scripted((socket) => void socket.pause());
    await expect(scan(stuck, endless(), 50)).rejects.toThrow('silent');
  });

  it('is not there', async () => {
    await expect(scan('/nowhere/clamd.ctl')).rejects.toBeInstanceOf(ScannerUnavailable);
    await expect(scan('tcp://127.0.0.1:1')).rejects.toBeInstanceOf(ScannerUnavailable);
  });

  it('resets the connection', async () => {
    const address = await scripted((socket) => void socket.once('data', () => socket.resetAndDestroy()));
    await expect(scan(address, endless())).rejects.toBeInstanceOf(ScannerUnavailable);
  });
});
