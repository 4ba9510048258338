import { loadConfig } from '@ffapi/config';
import { createEgress } from '@ffapi/egress';
import type { ServiceContext } from '@ffapi/service-kit';
import { createLogger } from '@ffapi/telemetry';
import { fakeService, type ServiceReply } from '@ffapi/testkit';
import { expect, it, onTestFinished } from 'vitest';
import type { Due, Incidents } from '../incidents/index.ts';
import { builtInRules } from '../rules/index.ts';
import { configuredReceiver, deliverAlerts, type DeliveryPorts } from './deliver-alerts.runner.ts';

const now = '2026-03-01T10:00:10.000Z';
const opened = { incidentId: 'inc_0', rule: builtInRules[0]!, subject: 'platform', number: 1, value: 1, details: {} };
const due = {
  alert: 'alert.opened',
  attempt: 1,
  state: { resolvedAt: null },
  opened: { ...opened, since: now, openedAt: now },
} as unknown as Due;

/** What is written down of one attempt at this address. */
const attemptAt = async (url: string): Promise<unknown> => {
  const config = loadConfig({ ALERT_WEBHOOK_URL: url, ALLOW_PRIVATE_IPS: 'true' });
  const egress = createEgress({ allowPrivateIps: true });
  onTestFinished(() => egress.close());
  const written: unknown[] = [];
  const write: Incidents['write'] = async (_incidentId, command) => {
    written.push(command);
    return null;
  };
  const log = createLogger({ level: 'silent', service: 'alerting', instance: 'test' });
  const context = { config, log, now: () => now } as unknown as ServiceContext;
  const ports = { context, receiver: configuredReceiver(config, egress)!, incidents: { write } };
  await deliverAlerts(ports as unknown as DeliveryPorts, [due], AbortSignal.timeout(10_000));
  return written[0];
};

const receiverThat = async (answers: ServiceReply): Promise<string> => {
  const { url, close } = await fakeService(() => answers);
  onTestFinished(close);
  return url;
};

it('an alert is heard by who answers with a success, whatever it says', async () => {
  const url = await receiverThat({ status: 204, body: '' });
  expect(await attemptAt(url)).toMatchObject({ type: 'RecordAttempt', status: 204, error: null, retryAfterMs: null });
});

it('what stood in the way of an alert is written down, and when it is wanted again', async () => {
  const busy = await receiverThat({ status: 503, body: '', headers: { 'retry-after': '7' } });
  expect(await attemptAt(busy)).toMatchObject({ status: 503, error: 'it answered 503', retryAfterMs: 7_000 });
  expect(await attemptAt('http://127.0.0.1:9/')).toMatchObject({
    status: null,
    error: 'The endpoint cannot be reached: ECONNREFUSED.',
    retryAfterMs: null,
  });
});

it('nobody is told where nobody is named', () => {
  expect(configuredReceiver(loadConfig({}), createEgress({ allowPrivateIps: true }))).toBeNull();
});
