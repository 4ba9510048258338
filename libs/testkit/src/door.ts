import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is done with a request: let it through, lose the connection before it or in the middle of its answer, or answer. */
export type Fate = 'pass' | 'lose' | 'lose halfway' | 'stop halfway' | Answer;

export interface Answer {
  readonly status: number;
  /** Of a failure; where a body is given, nothing needs it. */
  readonly code: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Door {
  readonly endpoint: string;
  /** What the door has taken in for requests that it let through. */
  receivedBytes(): number;
  /** Decides on each request, such as `PUT /bucket/key`, and may take its time. */
  watch(decide: (asked: string) => Fate | Promise<Fate>): void;
  close(): Promise<void>;
}

/**
 * A door before a server of S3 or Azure, whose failures it answers with. Signatures stay right: the server sees the host
 * that the client has signed.
 */
export const openDoor = async (endpoint: string): Promise<Door> => {
  let decide: (asked: string) => Fate | Promise<Fate> = () => 'pass';
  let receivedBytes = 0;
  const { hostname, port, pathname } = new URL(endpoint);

  const forward = (incoming: IncomingMessage, answer: ServerResponse, fate: Fate): void => {
    const { method, url: path, headers } = incoming;
    const outgoing = request({ hostname, port, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      if (fate === 'pass') return response.pipe(answer);
      response.once('data', (chunk: Buffer) => {
        response.destroy();
        answer.write(chunk.subarray(0, chunk.length / 2), () => fate === 'lose halfway' && answer.destroy());
      });
      return response;
    });
    outgoing.on('error', () => answer.destroy());
    incoming.on('data', (chunk: Buffer) => (receivedBytes += chunk.length));
    incoming.pipe(outgoing);
  };

  const server = createServer((incoming, answer) => {
    void Promise.resolve(decide(`${incoming.method} ${incoming.url}`)).then((fate) => {
      if (fate === 'lose') answer.destroy();
      else if (typeof fate === 'string') forward(incoming, answer, fate);
      else {
        const { body = `<Error><Code>${fate.code}</Code></Error>` } = fate;
        const described = {
          'content-type': 'application/xml',
          'content-length': Buffer.byteLength(body),
          ...fate.headers,
        };
        answer.writeHead(fate.status, described).end(body);
      }
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname.replace(/\/$/, '')}`,
    receivedBytes: () => receivedBytes,
    watch: (next) => (decide = next),
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
};
