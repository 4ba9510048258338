import { join } from 'node:path';
import { builtInRules, watchBy } from '@ffapi/alerting';
import { loadConfig } from '@ffapi/config';
import type { IncidentResource, Page } from '@ffapi/contracts';
import { openRuntime } from '@ffapi/service-kit';
import { createMetrics } from '@ffapi/telemetry';
import { expect, it } from 'vitest';
import { startPlatform } from '../src/platform.ts';
import { call, dir, eventually, expectProblem, hooks, originUrl, platform, url } from './testbed.ts';

const configOf = () =>
  loadConfig({
    SERVICES: 'alerting',
    FFAPI_DATA_DIR: join(dir, 'data'),
    NATS_URL: platform.natsUrl,
    EVENT_STORE_DURABILITY: 'trusted',
    PUBLIC_BASE_URL: url,
    ALLOW_PRIVATE_IPS: 'true',
    ALERTING_ENABLED: 'true',
    ALERT_WEBHOOK_URL: `${originUrl}/alerts`,
    LOG_LEVEL: 'silent',
  });

const list = (query = '') => call<Page<IncidentResource>>('GET', `/admin/incidents${query}`);
const ids = async (query: string): Promise<string[]> => (await list(query)).body.data.map(({ id }) => id);
/** The newest incident, when its alerts are as far as this. */
const incidentWith = (alerts: readonly string[]) =>
  eventually(async () => {
    const [incident] = (await list()).body.data;
    const found = incident?.alerts.map(({ event, status }) => `${event} ${status}`);
    return JSON.stringify(found) === JSON.stringify(alerts) ? incident : null;
  }) as Promise<IncidentResource>;
const told = () => hooks.map(({ body }) => body.event);

it('jobs that fail open an incident, which one receiver hears of once; it is over when they no longer do', async () => {
  const failing = Array.from({ length: 10 }, () =>
    call('POST', '/v1/probe', { url: `${originUrl}/nothing.mp4` }, { prefer: 'wait=30' }),
  );
  for (const { body } of await Promise.all(failing)) expect(body).toMatchObject({ status: 'failed' });

  const alerting = await startPlatform(configOf());
  const incident = await incidentWith(['alert.opened delivered']);
  expect(incident).toMatchObject({ rule: 'high_failure_rate', severity: 'critical', status: 'open', value: 1 });
  expect(incident.details).toMatchObject({ jobs: 10, failed: 10, failed_by_system: 0 });
  expect(hooks[0]?.body).toMatchObject({ event: 'alert.opened', incident: { id: incident.id } });
  expect(hooks[0]?.body.runbook_url).toBe(incident.runbook_url);
  const runbook = await fetch(incident.runbook_url);
  expect(await runbook.text()).toMatch(/<h1[^>]*>High failure rate<\/h1>/);
  await alerting.stop();

  // A clock that can be made to run: by so much each time it is looked at.
  let [aheadMs, stepMs] = [0, 0];
  const runtime = await openRuntime({ config: configOf(), natsUrl: platform.natsUrl, metrics: createMetrics() });
  const context = {
    ...runtime.context('alerting'),
    now: () => new Date(Date.now() + (aheadMs += stepMs)).toISOString(),
  };
  const watching = watchBy(context, { rules: builtInRules, everyMs: 5 });
  const gauge = 'ffapi_incidents_open{rule="high_failure_rate",severity="critical"} 1';
  await eventually(async () => (await context.metrics.text()).includes(gauge));
  stepMs = 5_000;
  const over = await incidentWith(['alert.opened delivered', 'alert.resolved delivered']);
  expect(over).toMatchObject({ id: incident.id, status: 'resolved' });
  expect((await call('GET', `/admin/incidents/${incident.id}`)).body).toEqual(over);
  expect(told()).toEqual(['alert.opened', 'alert.resolved']);
  await watching.stop();
  await runtime.close();

  expect(await ids('?status=resolved&severity=critical&rule=high_failure_rate&limit=1')).toEqual([incident.id]);
  expect(await ids('?status=open')).toEqual([]);
  expect(await ids('?severity=warning')).toEqual([]);
  expect(await ids('?rule=long_queue')).toEqual([]);
  expectProblem(await list('?severity=bad'), 400, 'invalid_request');
});
