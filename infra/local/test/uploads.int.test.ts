import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { JobResource } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { readToClose } from './read-to-close.ts';
import { apiKey, call, clip, originUrl, upload, url } from './testbed.ts';

const latin = (chars: string): Buffer => Buffer.from(chars, 'latin1');

/** What a file is, whatever it is called. */
const refusedFiles: readonly (readonly [what: string, bytes: Buffer, code: string])[] = [
  ['an ELF program', latin('\x7fELF\x02\x01\x01\0'), 'executable_refused'],
  ['a Windows program', latin('MZ\x90\0\x03'), 'executable_refused'],
  ['a Mach-O program', Buffer.from('cffaedfe07000001', 'hex'), 'executable_refused'],
  ['a Java class', Buffer.from('cafebabe00000034', 'hex'), 'executable_refused'],
  ['a shell script', latin('#!/bin/sh\nrm -rf /\n'), 'executable_refused'],
  ['a Windows shortcut', Buffer.from('4c0000000114020000000000c000000000000046', 'hex'), 'executable_refused'],
  ['a ZIP archive', latin('PK\x03\x04\x14\0'), 'archive_refused'],
  ['a RAR archive', latin('Rar!\x1a\x07\x01\0'), 'archive_refused'],
  ['a 7z archive', Buffer.from('377abcaf271c0004', 'hex'), 'archive_refused'],
  ['a gzip file', Buffer.from('1f8b080000000000', 'hex'), 'archive_refused'],
];

describe('a file that is no film', () => {
  it.each(refusedFiles)('%s is refused as an upload, called film.mp4', async (_what, bytes, code) => {
    expect(await upload('film.mp4', bytes)).toMatchObject({ status: 415, body: { code } });
  });

  it.each(refusedFiles)('%s is refused behind a URL, called film.mp4', async (_what, bytes, code) => {
    const body = { url: `${originUrl}/bytes/${bytes.toString('base64url')}/film.mp4` };
    const job = await call<JobResource>('POST', '/v1/probe', body, { prefer: 'wait=60' });
    expect(job.body).toMatchObject({ status: 'failed', error: { code, retryable: false } });
  });

  it('is refused by its name behind a URL, too', async () => {
    const body = { url: `${originUrl}/clip.mp4/setup.exe` };
    const job = await call<JobResource>('POST', '/v1/probe', body, { prefer: 'wait=60' });
    expect(job.body).toMatchObject({ status: 'failed', error: { code: 'extension_blocked' } });
  });

  it.each([
    ['page.mp4', '<!doctype html><script>alert(1)</script>'],
    ['picture.svg', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['picture.png', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['page.html', '<script>alert(1)</script>'],
    ['half.mp4', latin('\0\0\0\0')],
  ])('%s is saved and never shown: %j', async (name, content) => {
    const stored = await upload(name, content);
    expect(stored.status).toBe(201);
    expect(stored.body.name).not.toMatch(/\.(svg|html?)$/);
    const { headers, body } = await fetch(stored.body.download_url as string);
    await body?.cancel();
    expect(headers.get('content-disposition')).toMatch(/^attachment;/);
    expect(headers.get('content-type')).toMatch(/^application\/(octet-stream|xml)/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toMatch(/^sandbox;/);
  });

  it('and a film is shown, in a sandbox of its own', async () => {
    const stored = await upload('film.html', readFileSync(clip));
    expect(stored.body.name).toBe('film.html.mp4');
    const { headers, body } = await fetch(stored.body.download_url as string);
    await body?.cancel();
    expect(headers.get('content-disposition')).toMatch(/^inline;/);
    expect(headers.get('content-type')).toBe('video/mp4');
    expect(headers.get('content-security-policy')).toMatch(/^sandbox;/);
  });
});

/** What the gateway says on a connection of its own; the request is written by hand. */
const rawUpload = async (headers: readonly string[], body: readonly Buffer[]): Promise<string> => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const answer = readToClose(socket);
  const head = ['POST /v1/files HTTP/1.1', `host: ${hostname}`, `x-api-key: ${apiKey}`, 'connection: close'];
  socket.write(`${[...head, 'content-type: multipart/form-data; boundary=b', ...headers].join('\r\n')}\r\n\r\n`);
  for (const chunk of body) if (socket.writable) socket.write(chunk);
  return answer;
};

describe('a file that is too large', () => {
  it('is refused before its first byte when it says so', async () => {
    const answer = await rawUpload(['content-length: 10000000000'], []);
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('input_too_large');
  });

  it('is refused on the way when it does not, and leaves nothing', async () => {
    const part = latin('--b\r\ncontent-disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n');
    const chunk = (bytes: Buffer): Buffer =>
      Buffer.concat([latin(`${bytes.length.toString(16)}\r\n`), bytes, latin('\r\n')]);
    const body = [chunk(part), ...Array.from({ length: 20 }, () => chunk(Buffer.alloc(1 << 20, 'x')))];
    const answer = await rawUpload(
      ['transfer-encoding: chunked'],
      [...body, chunk(latin('\r\n--b--\r\n')), latin('0\r\n\r\n')],
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(
      (await call<{ data: { name: string }[] }>('GET', '/v1/files?q=a.mp4')).body.data.filter(
        ({ name }) => name === 'a.mp4',
      ),
    ).toEqual([]);
  });
});
