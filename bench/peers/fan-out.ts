import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from '@nats-io/transport-node';

/** The least that tells a job's watchers: what comes on `bench.progress.<job>` is written to every open response of `/<job>`. */
const [natsUrl = ''] = process.argv.slice(2);
const nats = await connect({ servers: natsUrl });
const watchers = new Map<string, Set<ServerResponse>>();
nats.subscribe('bench.progress.*', {
  callback: (error, message) => {
    if (error) return;
    const frame = `event: progress\ndata: ${message.string()}\n\n`;
    for (const response of watchers.get(message.subject.slice('bench.progress.'.length)) ?? []) response.write(frame);
  },
});
const server = createServer((request, response) => {
  const job = (request.url ?? '').slice(1);
  const own = watchers.get(job) ?? new Set();
  watchers.set(job, own.add(response));
  response.once('close', () => own.delete(response));
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 1000\n\n');
}).listen(0, '127.0.0.1');
await once(server, 'listening');
process.on('SIGTERM', () => process.exit(0));
process.stdout.write(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
