import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { expect, it } from 'vitest';
import { apiKey, call, done, eventually, fileId, hooks, originUrl, remux, url } from './testbed.ts';

const document = JSON.parse(readFileSync(new URL('../../../docs/reference/openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, { get: { 'x-websocket'?: { path: string } } }>;
};

it('a job tells where it is followed, in addresses that are whole', async () => {
  const { links, job_id } = await done('/v1/transcode', remux());
  for (const address of [links.self, links.events, links.history, links.log]) {
    expect(address.startsWith(`${url}/v1/jobs/${job_id}`)).toBe(true);
    expect((await fetch(address, { headers: { 'x-api-key': apiKey } })).status).toBe(200);
  }
  const kinds = new Set<string>();
  const socket = new WebSocket(links.websocket, { headers: { 'x-api-key': apiKey } });
  socket.on('message', (data: Buffer) => kinds.add((JSON.parse(data.toString()) as { kind: string }).kind));
  const code = await new Promise((resolve) => socket.on('close', resolve));
  expect([code, kinds.has('event')]).toEqual([1000, true]);
  const told = document.paths['/v1/jobs/{id}/events']?.get['x-websocket']?.path;
  expect(new URL(links.websocket).pathname).toBe(told?.replace('{id}', job_id));
});

interface Pictures {
  readonly thumbnail_urls: readonly string[];
  readonly thumbnail_downloads: readonly { name: string; download_url: string; expires_at: string }[];
}

it('pictures of a result have links that need no key, and tell when those end', async () => {
  const job = await done('/v1/video/thumbnails', {
    input: fileId,
    count: 2,
    method: 'uniform',
    webhook_url: `${originUrl}/pictures`,
  });
  const { thumbnail_urls: urls, thumbnail_downloads: downloads } = job.result as Pictures;
  expect(urls).toEqual(job.outputs.map((output) => output.url));
  expect(downloads.map(({ name }) => name)).toEqual(job.outputs.map((output) => output.name));
  for (const { download_url, expires_at } of downloads) {
    expect((await fetch(download_url)).headers.get('content-type')).toBe('image/jpeg');
    expect(Number(/~(\d+)\./.exec(download_url)?.[1])).toBe(Date.parse(expires_at) / 1000);
  }
  // What is kept for a call would be old when it is read.
  const hook = await eventually(async () => hooks.find(({ body }) => body.job_id === job.job_id));
  expect(hook?.body.result).not.toHaveProperty('thumbnail_downloads');
  const { body: early } = await call<{ links: object }>('GET', `/v1/jobs/${job.job_id}?at=2999-01-01T00:00:00Z`);
  expect(early.links).toEqual(job.links);
});
