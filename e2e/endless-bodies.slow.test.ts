import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routes } from '@ffapi/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ServiceProcess } from './faults/service-process.ts';
import { sendForever } from './wire/endless.ts';

const apiKey = 'a-key-for-endless-bodies-012345';
const mebibyte = 1 << 20;
const dir = mkdtempSync(join(tmpdir(), 'ffapi-endless-'));
let platform: ServiceProcess;
let port: number;

/** A file may have 1 MiB, a form 1 MiB more, and what is on its way when it is refused is 16 MiB and what sockets hold. */
const takenBytesMax = 40 * mebibyte;
/** A body that no route reads is thrown away as fast as it comes, until the next look at it. */
const thrownBytesMax = 96 * mebibyte;
const limitMs = 15_000;
const clients = 12;

beforeAll(async () => {
  platform = new ServiceProcess(
    {
      FFAPI_DATA_DIR: join(dir, 'data'),
      PORT: '0',
      ADMIN_API_KEY: apiKey,
      MIN_FREE_SPACE_MB: '0',
      MAX_FILE_SIZE_MB: '1',
      LOG_LEVEL: 'error',
    },
    join(dir, 'platform.log'),
  );
  port = Number(new URL(await platform.ready).port);
});

afterAll(async () => {
  await platform.end('SIGTERM');
  rmSync(dir, { recursive: true, force: true });
});

const chunk = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
const text = (words: string): Buffer => Buffer.from(words, 'latin1');
const filling = Buffer.alloc(1 << 16, 'x');

interface Endless {
  readonly what: string;
  readonly line: string;
  readonly type: string;
  readonly first: Buffer;
  readonly again: Buffer;
  readonly key?: string | null;
}

const form = 'multipart/form-data; boundary=b';
const part = (heads: string): Buffer => text(`--b\r\n${heads}\r\n\r\n`);
const file = (name: string, type: string): Buffer =>
  part(`content-disposition: form-data; name="${name}"; filename="a.mp4"\r\ncontent-type: ${type}`);
const field = text('--b\r\ncontent-disposition: form-data; name="a"\r\n\r\nx\r\n');
const forms: readonly (readonly [what: string, first: Buffer, again: Buffer])[] = [
  ['a file', file('file', 'image/png'), filling],
  ['a video', file('video', 'video/mp4'), filling],
  ['a field', part('content-disposition: form-data; name="file"'), filling],
  ['fields', text(''), Buffer.concat(Array.from({ length: 500 }, () => field))],
  ['what is before the first part', text(''), filling],
  ['the head of a part', text('--b\r\nx: '), filling],
  ['what is after the last part', Buffer.concat([file('file', 'image/png'), text('x\r\n--b--\r\n')]), filling],
];

const formPaths = ['/v1/files', '/image/to-mp4-loop', '/compose/from-binaries', '/probe/from-binary'];
const pathOf = (path: string): string => path.replaceAll(/\{[^}]+\}/g, 'x_00000000');
const json = { type: 'application/json', first: text('{"a":"'), again: filling };
const endless: readonly Endless[] = [
  ...routes.map(({ method, path }) => ({ what: 'JSON', line: `${method} ${pathOf(path)}`, ...json })),
  ...formPaths.flatMap((path) =>
    forms.map(([what, first, again]) => ({ what, line: `POST ${path}`, type: form, first, again })),
  ),
  { what: 'to nowhere', line: 'POST /nowhere', ...json },
  { what: 'without a key', line: 'POST /v1/files', type: form, first: text(''), again: filling, key: null },
  { what: 'of no type', line: 'POST /v1/probe', ...json, type: 'text/plain' },
  { what: 'spaces', line: 'POST /v1/probe', ...json, first: text(' '), again: Buffer.alloc(1 << 16, ' ') },
];

const rssOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

it('a body without an end is cut off wherever it is sent', { timeout: 300_000 }, async () => {
  const restBytes = rssOf(platform.pid);
  let peakBytes = restBytes;
  const watching = setInterval(() => (peakBytes = Math.max(peakBytes, rssOf(platform.pid))), 100);
  const todo = [...endless];
  const faults: string[] = [];
  const lane = async (): Promise<void> => {
    for (let each = todo.pop(); each; each = todo.pop()) {
      const { what, line, type, first, again, key = apiKey } = each;
      const heads = ['Host: x', `Content-Type: ${type}`, 'Transfer-Encoding: chunked'];
      if (key !== null) heads.push(`X-API-Key: ${key}`);
      const head = `${line} HTTP/1.1\r\n${heads.join('\r\n')}\r\n\r\n${first.length > 0 ? chunk(first).toString('latin1') : ''}`;
      const taken = await sendForever(port, head, chunk(again), limitMs);
      const { isClosed, bytes, ms } = taken;
      const bytesMax = /^(GET|DELETE) /.test(line) ? thrownBytesMax : takenBytesMax;
      if (!isClosed || bytes > bytesMax)
        faults.push(`${line} (${what}): ${isClosed ? 'closed' : 'open'} after ${bytes} bytes, ${Math.round(ms)} ms`);
    }
  };
  await Promise.all(Array.from({ length: clients }, lane));
  clearInterval(watching);
  process.stdout.write(
    `${endless.length} bodies: resident ${Math.round(restBytes / mebibyte)} MiB, at most ${Math.round(peakBytes / mebibyte)} MiB\n`,
  );
  expect(faults.join('\n')).toBe('');
  // No more than all of them are let send at once, whatever is still to be collected.
  expect(peakBytes - restBytes).toBeLessThan(clients * takenBytesMax);
});

it('a length that is too much is refused before the body', async () => {
  for (const path of formPaths) {
    const heads = ['Host: x', `X-API-Key: ${apiKey}`, `Content-Type: ${form}`, `Content-Length: ${5 * mebibyte}`];
    const { text: answer, isClosed } = await sendForever(
      port,
      `POST ${path} HTTP/1.1\r\n${heads.join('\r\n')}\r\n\r\n`,
      null,
      5_000,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(isClosed).toBe(true);
  }
});
