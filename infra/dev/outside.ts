import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answerTo } from './answers.ts';
import { pageOf, type Seen } from './page.ts';

/**
 * Stands in for the services outside of a platform that is developed on: translators, moderators, a log collector, a
 * receiver of webhooks, and a server with a film. `OUTSIDE_PORT`, `OUTSIDE_HOST`, `FILM` say where.
 */
const { OUTSIDE_PORT = '4100', OUTSIDE_HOST = '127.0.0.1', FILM = '' } = process.env;
const callsMax = 200;
const shownCharacters = 16_384;
const bodyBytesMax = 32 << 20;

const calls: Seen[] = [];

const bodyOf = async (request: IncomingMessage): Promise<string | null> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

const send = (response: ServerResponse, status: number, body: unknown, type = 'application/json'): void => {
  response.writeHead(status, {
    'content-type': type,
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
  });
  response.end(body === null ? '' : type === 'application/json' ? JSON.stringify(body) : body);
};

const sendFilm = (response: ServerResponse): void => {
  const found = FILM === '' ? undefined : statSync(FILM, { throwIfNoEntry: false });
  if (!found) return send(response, 404, { error: 'FILM names no file' });
  response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': found.size });
  createReadStream(FILM).pipe(response);
};

const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { method = '', url: path = '/', headers } = request;
  if (method === 'GET' && path === '/') return send(response, 200, pageOf(calls), 'text/html; charset=utf-8');
  if (method === 'GET' && path === '/calls') return send(response, 200, calls);
  if (method === 'GET' && path === '/film.mp4') return sendFilm(response);
  const text = await bodyOf(request);
  if (text === null) return send(response, 413, { error: `more than ${bodyBytesMax} bytes` });
  if (method === 'POST' && path === '/forget') {
    calls.length = 0;
    response.writeHead(303, { location: '/' }).end();
    return;
  }
  const answered = answerTo({ path, text });
  if (!answered) return send(response, 404, { error: 'nobody stands here' });
  const { service, answer } = answered;
  const shown = text.slice(0, shownCharacters);
  calls.push({ at: new Date().toISOString(), service, method, path, headers, text: shown, status: answer.status });
  if (calls.length > callsMax) calls.shift();
  process.stdout.write(`${service}  ${method} ${path}  ${answer.status}\n`);
  send(response, answer.status, answer.body);
};

const server = createServer((request, response) => {
  handle(request, response).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    response.destroy();
  });
});
server.listen(Number(OUTSIDE_PORT), OUTSIDE_HOST, () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : OUTSIDE_PORT;
  process.stdout.write(`ready http://${OUTSIDE_HOST}:${port}\n`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    server.close();
    server.closeAllConnections();
  });
