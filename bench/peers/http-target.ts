import fastify from 'fastify';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Queue } from 'bullmq';

/** What the server awaits before it answers: nothing, one stored message, or one job in BullMQ. */
const works: Readonly<Record<string, (address: string) => Promise<(body: unknown) => Promise<unknown>>>> = {
  nothing: async () => async () => {},
  publish: async (natsUrl) => {
    const js = jetstream(await connect({ servers: natsUrl }));
    return (body) => js.publish('bench.accept', JSON.stringify(body));
  },
  bullmq: async (port) => {
    const queue = new Queue('accept', { connection: { host: '127.0.0.1', port: Number(port) } });
    return (body) => queue.add('transcode', body);
  },
};

const [work = 'nothing', address = ''] = process.argv.slice(2);
const run = await (works[work] as NonNullable<(typeof works)[string]>)(address);
const server = fastify({ forceCloseConnections: true });
const schema = { body: { type: 'object', required: ['input_url'], properties: { input_url: { type: 'string' } } } };
server.post('/', { schema }, async (request, reply) => {
  await run(request.body);
  return reply.code(202).send({ accepted: true });
});
const url = await server.listen({ host: '127.0.0.1', port: 0 });
process.on('SIGTERM', () => process.exit(0));
process.stdout.write(`ready ${url}\n`);
