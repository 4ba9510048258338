import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { inspect } from 'node:util';
import type { KV } from '@nats-io/kv';
import { loadConfig } from '@ffapi/config';
import { createEgress } from '@ffapi/egress';
import { runProjection, type ReadModel } from '@ffapi/read-model';
import { openRuntime, type Runtime, type ServiceContext } from '@ffapi/service-kit';
import { createMetrics } from '@ffapi/telemetry';
import { startNats, type TestNats } from '@ffapi/testkit';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { auditLog, type AuditDocument } from './audit-log.projection.ts';
import { openAuditBucket } from './audit-seals.runner.ts';
import { AuditShipping } from './audit-shipping.runner.ts';
import { splunkSink, syslogSink, type AuditSink } from './audit-sinks.client.ts';
import { startCollector, startSyslog } from './log-receivers.double.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-shipping-'));
const patience = { timeout: 20_000 };
const token = 'splunk-token-of-the-test';
const egress = createEgress({ allowPrivateIps: true, resolver: async () => ['127.0.0.1'] });
let nats: TestNats;
let runtime: Runtime;
let context: ServiceContext;
let readModel: ReadModel;
let bucket: KV;
let count = 0;
const closing: (() => Promise<unknown>)[] = [];

const rows = () => readModel.collection<AuditDocument>(auditLog);
const ids = async (): Promise<string[]> =>
  (await rows().scan(null, 1_000)).map(({ id }) => id).filter((id) => id !== 'head');

/** Revokes so many keys, and brings their rows into the log. */
const happen = async (number: number): Promise<void> => {
  for (let n = 0; n < number; n++) {
    const keyId = `key_${count++}`;
    const events = [{ type: 'KeyRevoked', version: 1, data: { keyId, by: 'key_admin' } }];
    const [id, occurredAt] = [context.newId('cmd'), context.now()];
    await context.store.append(`key.${keyId}`, null, { id, occurredAt, correlationId: id, causationId: id, events });
  }
  const running = runProjection({ store: context.store, readModel, projection: auditLog });
  await running.ready;
  await running.stop();
};

const ship = (sink: AuditSink): AuditShipping => {
  const shipping = new AuditShipping({ context, bucket, rows: rows(), isAlone: true }, sink);
  closing.push(() => shipping.stop());
  closing.push(() => sink.close());
  return shipping;
};

/** All that was said, with the errors that went along. */
const logged = (): string => {
  const { warn, info } = context.log;
  return inspect(
    [warn, info].map((said) => vi.mocked(said).mock.calls),
    { depth: 12 },
  );
};

const closedPort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

beforeAll(async () => {
  nats = await startNats();
  const config = loadConfig({ FFAPI_DATA_DIR: dir, LOG_LEVEL: 'silent' });
  runtime = await openRuntime({ config, natsUrl: nats.url, monitorUrl: nats.monitorUrl, metrics: createMetrics() });
  context = runtime.context('gateway');
  vi.spyOn(context.log, 'warn');
  vi.spyOn(context.log, 'info');
  readModel = await context.openReadModel();
  bucket = await openAuditBucket(context);
  await happen(20);
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  for (const name of ['syslog', 'splunk']) await bucket.purge(`shipped.${name}`);
});

afterAll(async () => {
  await readModel.close();
  await runtime.close();
  await nats.stop();
  rmSync(dir, { recursive: true, force: true });
});

it('sends every row to a syslog receiver in order, and what comes later, and goes on where it stopped', async () => {
  const receiver = await startSyslog();
  closing.push(() => receiver.close());
  const sink = syslogSink(egress, `tcp://logs.test:${receiver.port}`);
  const first = ship(sink);
  const received = (): string[] => receiver.messages.map(({ row }) => row.id);
  await expect.poll(received, patience).toEqual(await ids());
  await happen(3);
  first.note();
  await expect.poll(received, patience).toEqual(await ids());
  await expect
    .poll(async () => (await bucket.get('shipped.syslog'))?.json<{ id: string }>().id, patience)
    .toBe((await ids()).at(-1));
  await first.stop();
  await happen(2);
  ship(sink);
  await expect.poll(received, patience).toEqual(await ids());
  expect(receiver.faults).toEqual([]);
  expect(receiver.messages[0]).toMatchObject({ priority: 110, appName: 'ffapi', msgId: 'api_key.revoked' });
});

it('waits for a receiver that is away, and repeats what one that broke off may not have read', async () => {
  const port = await closedPort();
  const shipping = ship(syslogSink(egress, `tcp://logs.test:${port}`));
  await expect.poll(() => logged().includes('it is kept and comes again'), patience).toBe(true);
  const receiver = await startSyslog({ port, isCut: (nth) => nth === 1 });
  closing.push(() => receiver.close());
  shipping.note();
  await expect.poll(() => receiver.messages.map(({ row }) => row.id), patience).toEqual(await ids());
  expect(receiver.connections()).toBe(2);
});

it('sends over TLS to a receiver whose certificate is trusted', async () => {
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert];
  execFileSync('openssl', [...made, '-subj', '/CN=logs.test', '-addext', 'subjectAltName=DNS:logs.test'], {
    stdio: 'ignore',
  });
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(cert, 'utf8')]);
  const receiver = await startSyslog({ tls: { key: readFileSync(key), cert: readFileSync(cert) } });
  closing.push(() => receiver.close());
  ship(syslogSink(egress, `tls://logs.test:${receiver.port}`));
  await expect.poll(() => receiver.messages.map(({ row }) => row.id), patience).toEqual(await ids());
  expect(receiver.faults).toEqual([]);
});

it('sends batches to a collector, again when it is busy, waits while the token is wrong, and logs none', async () => {
  const collector = await startCollector(token, [503, 503]);
  closing.push(() => collector.close());
  const wrong = splunkSink(egress, collector.url, 'another-token');
  const refused = ship(wrong);
  await expect.poll(() => collector.statuses.length, patience).toBeGreaterThan(1);
  await refused.stop();
  expect(new Set(collector.statuses)).toEqual(new Set([403]));
  expect(collector.events).toEqual([]);
  ship(splunkSink(egress, collector.url, token));
  const received = (): string[] => collector.events.map(({ event }) => event.id);
  await expect.poll(received, patience).toEqual(await ids());
  expect(collector.statuses.filter((status) => status !== 403)).toEqual([503, 503, 200]);
  expect(logged()).toContain('Invalid token');
  for (const secret of [token, 'another-token']) expect(logged()).not.toContain(secret);
  expect(collector.events[0]).toMatchObject({ sourcetype: 'ffapi:audit', event: { event_type: 'api_key.revoked' } });
});
