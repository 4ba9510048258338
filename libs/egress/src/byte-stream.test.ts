import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createEgress } from './index.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-stream-'));
const egress = createEgress({ allowPrivateIps: true, resolver: async () => ['127.0.0.1'] });
const servers: Server[] = [];
const trusted = getCACertificates('default');

beforeAll(() => {
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const subject = ['-subj', '/CN=logs.test', '-addext', 'subjectAltName=DNS:logs.test'];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert];
  execFileSync('openssl', [...made, ...subject], { stdio: 'ignore' });
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  setDefaultCACertificates(trusted);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const listen = async (server: Server): Promise<number> => {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};
const gathered = (): { readonly take: (socket: Socket) => void; readonly text: () => string } => {
  const chunks: Buffer[] = [];
  return { take: (socket) => void socket.on('data', (chunk) => chunks.push(chunk)), text: () => chunks.join('') };
};

describe('a byte stream', () => {
  it('hands over what is written, over TCP', async () => {
    const { take, text } = gathered();
    const stream = await egress.openStream(`tcp://logs.test:${await listen(createServer(take))}`);
    await stream.write(Buffer.from('one '), 10);
    await stream.write(Buffer.alloc(1_000_000, 'x'), 10);
    await expect.poll(() => text().length).toBe(1_000_004);
    stream.close();
  });

  it('says that the other side has gone, before and behind a write', async () => {
    const port = await listen(createServer((socket) => void socket.once('data', () => socket.destroy())));
    const stream = await egress.openStream(`tcp://127.0.0.1:${port}`);
    await expect(stream.write(Buffer.from('x'), 5_000)).rejects.toMatchObject({ code: 'endpoint_unreachable' });
    await expect(stream.write(Buffer.from('x'), 0)).rejects.toMatchObject({ code: 'endpoint_unreachable' });
  });

  it('checks the certificate of TLS, and speaks no HTTP in it', async () => {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(join(dir, name), 'utf8'));
    const { take, text } = gathered();
    let alpn: string | false | null = '';
    const server = createTlsServer({ key, cert, ALPNProtocols: ['syslog'] }, (socket) => {
      alpn = socket.alpnProtocol;
      take(socket);
    }).on('tlsClientError', () => {});
    const port = await listen(server);
    const url = `tls://logs.test:${port}`;
    await expect(egress.openStream(url)).rejects.toMatchObject({ code: 'endpoint_unreachable' });
    setDefaultCACertificates([...trusted, cert!]);
    const other = egress.openStream(`tls://other.test:${port}`);
    await expect(other).rejects.toMatchObject({ code: 'endpoint_unreachable' });
    const stream = await egress.openStream(url);
    await stream.write(Buffer.from('secret'), 10);
    await expect.poll(text).toBe('secret');
    expect(alpn).toBe(false);
    stream.close();
  });

  it('goes nowhere that the rules forbid', async () => {
    const guarded = createEgress({ allowPrivateIps: false, resolver: async () => ['10.0.0.1'] });
    await expect(guarded.openStream('tcp://logs.test:601')).rejects.toMatchObject({ code: 'url_refused' });
    await expect(egress.openStream('tcp://169.254.169.254:80')).rejects.toMatchObject({ code: 'url_refused' });
    await expect(egress.openStream('http://127.0.0.1')).rejects.toMatchObject({ code: 'url_scheme_refused' });
  });

  it('waits for a connection no longer than allowed, and ends when told to', async () => {
    const stuck = createEgress({ allowPrivateIps: true, dialler: () => new Promise(() => {}) });
    const late = stuck.openStream('tcp://127.0.0.1:1', { connectTimeoutMs: 50 });
    await expect(late).rejects.toMatchObject({ code: 'endpoint_timeout' });
    const stream = await egress.openStream(
      `tcp://127.0.0.1:${await listen(createServer((socket) => socket.resume()))}`,
    );
    const stopping = new AbortController();
    const writing = stream.write(Buffer.from('x'), 60_000, stopping.signal);
    stopping.abort(new Error('stopped'));
    await expect(writing).rejects.toThrow('stopped');
    stream.close();
  });
});
