import { once } from 'node:events';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createEgress, type DownloadOptions } from './index.ts';
import { createOrigins } from './scripted-origin.ts';

const { origin, rawOrigin, closeAll } = createOrigins();
afterEach(closeAll);

const egress = createEgress({ allowPrivateIps: true });
const get = async (url: string, options: Partial<DownloadOptions> = {}, from = egress) => {
  const sink = new PassThrough();
  const read = readText(sink).catch(() => '');
  const done = await from.download(url, { sink, sizeBytesMax: 1 << 20, ...options });
  return { done, text: await read };
};

describe('dialling', () => {
  it('asks the system for a name and takes whichever address answers', async () => {
    const url = await origin((req, res) => void res.end(req.headers.host));
    const { port } = new URL(url);
    expect((await get(`http://localhost:${port}/`)).text).toBe(`localhost:${port}`);
  });

  it('greets with the name, not the address, over TLS', async () => {
    const greeting = Promise.withResolvers<Buffer>();
    const url = await rawOrigin((socket, hello) => {
      greeting.resolve(hello);
      socket.end();
    });
    const { port } = new URL(url);
    const named = createEgress({ allowPrivateIps: true, resolver: async () => ['127.0.0.1'] });
    await expect(get(`https://clip.test:${port}/`, {}, named)).rejects.toMatchObject({ code: 'input_unreachable' });
    const hello = await greeting.promise;
    expect(hello.includes('clip.test')).toBe(true);
    expect(hello.includes('http/1.1')).toBe(true);
  });
});

describe('redirects', () => {
  it('follows three and no more', async () => {
    const url = await origin((req, res) => {
      const left = Number(new URL(req.url!, 'http://x').searchParams.get('left'));
      if (left === 0) res.end('there');
      else res.writeHead(302, { location: `?left=${left - 1}` }).end();
    });
    const { done, text } = await get(`${url}?left=3`);
    expect([done.finalUrl, text]).toEqual([url, 'there']);
    await expect(get(`${url}?left=4`)).rejects.toMatchObject({ code: 'redirect_refused' });
  });

  it('checks every hop: S28 to loopback, to another scheme, to another port', async () => {
    const dialled: string[] = [];
    for (const location of [
      'http://127.0.0.1:8080/',
      'http://inside.test/',
      'file:///etc/passwd',
      'http://ok.test:22/',
      'http://u:p@ok.test/',
    ]) {
      const url = await origin((_req, res) => void res.writeHead(302, { location }).end());
      const guarded = createEgress({
        allowPrivateIps: false,
        resolver: async (hostname) => [hostname === 'inside.test' ? '10.0.0.1' : '93.184.216.34'],
        // The public address of the table stands for the origin on loopback.
        dialler: async ({ addresses }) => {
          dialled.push(...addresses);
          const socket = connect(Number(new URL(url).port), '127.0.0.1');
          await once(socket, 'connect');
          return socket;
        },
      });
      await expect(get('http://ok.test/', {}, guarded)).rejects.toMatchObject({
        code: 'redirect_refused',
        fault: 'input',
      });
    }
    expect(new Set(dialled)).toEqual(new Set(['93.184.216.34']));
  });

  it('keeps a credential from other servers', async () => {
    const seen: (string | undefined)[] = [];
    const other = await origin((req, res) => {
      seen.push(req.headers.authorization);
      res.end('x');
    });
    const url = await origin((req, res) => {
      seen.push(req.headers.authorization);
      res.writeHead(302, { location: other }).end();
    });
    await get(url, { authorization: 'Bearer t' });
    expect(seen).toEqual(['Bearer t', undefined]);
  });
});
