import { createReadStream, statSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

export interface Neighbour {
  readonly url: string;
  close(): void;
}

const serve = async (listener: RequestListener): Promise<Neighbour> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

/** Somebody's web server: `/clip.mp4` is the file, `/endless.mp4` begins and never ends, all else is not found. */
export const startOrigin = (clip: string): Promise<Neighbour> =>
  serve((request, response) => {
    if (request.url === '/endless.mp4') {
      response.writeHead(200, { 'content-type': 'video/mp4' });
      response.write(Buffer.alloc(64 * 1024));
      return;
    }
    if (request.url !== '/clip.mp4') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': statSync(clip).size });
    createReadStream(clip).pipe(response);
  });

export interface Call {
  readonly deliveryId: string;
  readonly event: string;
  readonly jobId: string;
}

/** Somebody's webhook receiver, which always answers 204 and tells of each call before it does. */
export const startReceiver = (onCall: (call: Call) => void): Promise<Neighbour> =>
  serve((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const { event, data } = JSON.parse(text) as { event: string; data: { job_id: string } };
      onCall({ deliveryId: String(request.headers['webhook-id']), event, jobId: data.job_id });
      response.writeHead(204).end();
    });
  });
