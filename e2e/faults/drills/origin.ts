import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Neighbour } from '../neighbours.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, film: Buffer, tries: number) => void;

const begin = (response: ServerResponse, film: Buffer, more: Readonly<Record<string, string>> = {}): void => {
  response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': film.length, ...more });
};

/** Sends the first half, then does this. */
const half = (response: ServerResponse, film: Buffer, then: () => void): void => {
  response.write(film.subarray(0, film.length / 2), () => setTimeout(then, 50));
};

/** What an origin may do wrong, by path. */
const misbehaviours: Readonly<Record<string, Answer>> = {
  'stall-before-headers': () => {},
  'stall-in-body': (_, response, film) => {
    begin(response, film);
    half(response, film, () => {});
  },
  drip: (_, response, film) => {
    begin(response, film);
    const timer = setInterval(() => response.write('x'), 1_000);
    response.on('close', () => clearInterval(timer));
  },
  'too-long-a-length': (_, response, film) => {
    begin(response, film, { 'content-length': String(film.length + 1_000) });
    half(response, film, () => {
      response.write(film.subarray(film.length / 2), () => response.destroy());
    });
  },
  reset: (_, response, film) => {
    begin(response, film);
    half(response, film, () => response.socket?.resetAndDestroy());
  },
  endless: (_, response) => {
    response.writeHead(200, { 'content-type': 'video/mp4' });
    const chunk = Buffer.alloc(256 * 1024);
    const more = (): void => void response.write(chunk, () => !response.destroyed && setImmediate(more));
    more();
  },
  html: (_, response) => {
    response.writeHead(200, { 'content-type': 'video/mp4' }).end('<!doctype html><title>Please log in</title>');
  },
  'range-lies': ({ headers }, response, film) => {
    if (headers.range === undefined) {
      begin(response, film, { etag: '"one"', 'accept-ranges': 'bytes' });
      half(response, film, () => response.destroy());
      return;
    }
    const range = `bytes 0-${film.length - 1}/${film.length}`;
    response.writeHead(206, { 'content-range': range, 'content-length': film.length, etag: '"one"' }).end(film);
  },
  'changes-meanwhile': (_, response, film, tries) => {
    begin(response, film, { etag: `"${tries}"`, 'accept-ranges': 'bytes' });
    if (tries < 3) half(response, film, () => response.destroy());
    else response.end(film);
  },
};

export const misbehaviourNames = Object.keys(misbehaviours);

/** Somebody's web server that gets everything wrong, each thing at a path of its own. */
export const startBadOrigin = async (film: Buffer): Promise<Neighbour> => {
  const tries = new Map<string, number>();
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1).replace(/\.mp4$/, '');
    tries.set(name, (tries.get(name) ?? 0) + 1);
    const answer = misbehaviours[name];
    if (answer) answer(request, response, film, tries.get(name) ?? 1);
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
