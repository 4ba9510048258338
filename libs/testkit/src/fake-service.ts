import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface ServiceReply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FakeService {
  readonly url: string;
  readonly calls: ReceivedCall[];
  close(): void;
}

/** A server that answers each call as it is told, and remembers the calls. */
export const fakeService = async (answer: (call: ReceivedCall, n: number) => ServiceReply): Promise<FakeService> => {
  const calls: ReceivedCall[] = [];
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    const call = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, text };
    calls.push(call);
    const { status, body, headers } = answer(call, calls.length);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls, close };
};
