import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const listen = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** Somebody's web server with a film on it. */
export const startClipServer = async (path: string): Promise<{ url: string; close(): void }> => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': statSync(path).size });
    createReadStream(path).pipe(response);
  });
  return { url: `${await listen(server)}/video.mp4`, close: () => void server.close() };
};

export interface ReceivedCall {
  readonly event: string;
  readonly headers: IncomingHttpHeaders;
  isSignedWith(secret: string): boolean;
}

/** Somebody's webhook receiver: checks signatures as Standard Webhooks asks. */
export const startReceiver = async (): Promise<{
  url: string;
  next(timeoutMs: number): Promise<ReceivedCall | null>;
  close(): void;
}> => {
  const calls: ReceivedCall[] = [];
  let wake = (): void => {};
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString('utf8');
    response.end();
    const { 'webhook-id': id, 'webhook-timestamp': sentAt, 'webhook-signature': signatures } = request.headers;
    calls.push({
      event: String((JSON.parse(body) as { event: string }).event),
      headers: request.headers,
      isSignedWith: (secret) => {
        const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
        const expected = Buffer.from(
          `v1,${createHmac('sha256', key)
            .update(`${String(id)}.${String(sentAt)}.${body}`)
            .digest('base64')}`,
        );
        return String(signatures)
          .split(' ')
          .map((signature) => Buffer.from(signature))
          .some((signature) => signature.length === expected.length && timingSafeEqual(signature, expected));
      },
    });
    wake();
  });
  const url = `${await listen(server)}/hook`;
  return {
    url,
    next: async (timeoutMs) => {
      if (calls.length === 0)
        await Promise.race([
          new Promise<void>((resolve) => (wake = resolve)),
          new Promise((resolve) => setTimeout(resolve, timeoutMs)),
        ]);
      return calls.shift() ?? null;
    },
    close: () => void server.close(),
  };
};
