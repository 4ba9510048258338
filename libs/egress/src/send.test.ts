import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createEgress } from './index.ts';
import { answerForever, createOrigins } from './scripted-origin.ts';

const { origin, rawOrigin, closeAll } = createOrigins();
afterEach(closeAll);
afterAll(() => egress.close());

const egress = createEgress({ allowPrivateIps: true });

describe('post', () => {
  it('sends body and headers once and gives the answer', async () => {
    const seen: { req: IncomingMessage; body: string }[] = [];
    const url = await origin((req, res) => {
      void buffer(req).then((body) => {
        seen.push({ req, body: body.toString() });
        res.writeHead(429, { 'retry-after': '30' }).end('later');
      });
    });
    const answer = await egress.post(`${url}?k=v`, {
      headers: { 'Webhook-Id': 'dlv_1', 'content-type': 'application/json' },
      body: '{"é":1}',
    });
    expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '30' }, body: 'later' });
    expect(seen).toHaveLength(1);
    expect(seen[0]?.body).toBe('{"é":1}');
    expect(seen[0]?.req).toMatchObject({ method: 'POST', url: '/clip.mp4?k=v' });
    expect(seen[0]?.req.headers).toMatchObject({ 'webhook-id': 'dlv_1', 'content-length': '8' });
  });

  it('W4 gives a redirect as it is and does not follow it', async () => {
    let hits = 0;
    const inside = await origin((_req, res) => void res.end(String(hits++)));
    const url = await origin((_req, res) => void res.writeHead(302, { location: inside }).end());
    expect((await egress.post(url, { body: '' })).status).toBe(302);
    expect(hits).toBe(0);
  });

  it('W2 and W3 wait for the answer no longer than allowed', async () => {
    const silent = await rawOrigin(() => {});
    await expect(egress.post(silent, { body: '', timeoutMs: 100 })).rejects.toMatchObject({ code: 'endpoint_timeout' });
    const dripping = await rawOrigin((socket) => {
      const timer = setInterval(() => socket.write('x'), 10);
      socket.on('close', () => clearInterval(timer)).write('HTTP/1.1 200 OK\r\nx-slow: ');
    });
    await expect(egress.post(dripping, { body: '', timeoutMs: 100 })).rejects.toMatchObject({ retryable: true });
  });

  it('W7 reads 64 KiB of an endless body and closes', async () => {
    let isClosed = false;
    const url = await origin((_req, res) => {
      res.on('close', () => (isClosed = true));
      answerForever(res, Buffer.alloc(10_000, 'x'));
    });
    expect((await egress.post(url, { body: '' })).body).toHaveLength(65_536);
    await expect.poll(() => isClosed).toBe(true);
  });

  it('keeps what arrived of an answer that stalls', async () => {
    const url = await origin((_req, res) => void res.write('part'));
    expect(await egress.post(url, { body: '', timeoutMs: 200 })).toMatchObject({ status: 200, body: 'part' });
  });

  it('W8 says when the connection is closed without an answer', async () => {
    const url = await rawOrigin((socket) => void socket.end());
    await expect(egress.post(url, { body: '' })).rejects.toMatchObject({
      code: 'endpoint_unreachable',
      fault: 'request',
    });
  });

  it('says when nobody listens, or when the name may not be dialled', async () => {
    const url = await origin((_req, res) => void res.end());
    closeAll();
    await expect(egress.post(url, { body: '' })).rejects.toMatchObject({ code: 'endpoint_unreachable' });
    const guarded = createEgress({ allowPrivateIps: false, resolver: async () => ['10.0.0.1'] });
    await expect(guarded.post('http://example.com/', { body: '' })).rejects.toMatchObject({ code: 'url_refused' });
  });

  it('uses connections again, and none whose answer was not read to its end', async () => {
    const ports: (number | undefined)[] = [];
    const url = await origin((req, res) => {
      ports.push(req.socket.remotePort);
      if (ports.length === 7) answerForever(res, Buffer.alloc(10_000, 'x'));
      else req.resume().on('end', () => res.end('ok'));
    });
    for (let i = 0; i < 10; i++) await egress.post(url, { body: '{}' });
    // One may still be putting its answer away when the next call comes.
    expect(new Set(ports.slice(0, 7)).size).toBeLessThanOrEqual(2);
    expect(ports.slice(7)).not.toContain(ports[6]);
  });

  it('refuses headers that frame the message', async () => {
    const url = await origin((_req, res) => void res.end());
    for (const name of ['Host', 'content-length', 'Transfer-Encoding', 'connection']) {
      await expect(egress.post(url, { headers: { [name]: 'x' }, body: '' })).rejects.toMatchObject({
        code: 'header_refused',
      });
    }
  });

  it('ends when the caller aborts', async () => {
    const abort = new AbortController();
    const url = await rawOrigin(() => abort.abort(new Error('stopping')));
    await expect(egress.post(url, { body: '', signal: abort.signal })).rejects.toThrow('stopping');
  });
});
