import type { AlertRule } from '@ffapi/contracts';
import type { Running } from '@ffapi/service-kit';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ruleEvaluation } from '../src/rules/evaluate-rules.ts';
import { openIncidents } from '../src/incidents/open-incidents.runner.ts';
import { retryDelaysMs } from '../src/incidents/alert-schedule.ts';
import { canary, eventually, ruleOf, startTestbed, type Testbed } from './testbed.ts';

let bed: Testbed;
let running: Running[] = [];
beforeAll(async () => {
  bed = await startTestbed();
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  running = [];
  bed.queue.pending = {};
});
afterAll(() => bed.stop());

/** A rule under a name of its own, so that tests do not meet in one incident; what an earlier test has left is never met. */
const named = (rule: string, name: string, more: Partial<AlertRule> = {}): AlertRule => ({
  ...ruleOf(rule),
  ...more,
  name,
});
const looking = named('long_queue', 'looking', { threshold: 1e6 });
const start = (rules: readonly AlertRule[], by = bed.context): Running => {
  const watching = bed.watch(rules, by);
  running.push(watching);
  return watching;
};

const alertsOf = (rule: string) => bed.receiver.received.filter(({ body }) => body.rule === rule);
const eventsOf = (rule: string): string[] => alertsOf(rule).map(({ body }) => body.event);
const told = async (rule: string, events: readonly string[]): Promise<void> => {
  await eventually(() => (alertsOf(rule).length >= events.length ? true : null));
  expect(eventsOf(rule)).toEqual(events);
};
const storyOf = (rule: string, length: number, number = 1, subject?: string): Promise<string[]> =>
  eventually(async () => {
    const story = await bed.storyOf(rule, number, subject);
    return story.length >= length ? story : null;
  });

describe('failing jobs', () => {
  const rules = [named('high_failure_rate', 'failing'), looking];

  it('open one incident, told once, over when they no longer fail, and opened anew when they do', async () => {
    await bed.endJobs(9, true);
    start(rules);
    await bed.looked();
    expect(await bed.storyOf('failing', 1)).toEqual([]);
    await bed.endJobs(1, true);
    await told('failing', ['alert.opened']);
    const [{ text, headers } = { text: '', headers: {} }] = alertsOf('failing');
    expect(new Webhook(bed.secret).verify(text, headers)).toMatchObject({ event: 'alert.opened' });
    await bed.endJobs(5, true);
    await bed.looked();
    expect(await storyOf('failing', 2)).toEqual(['IncidentOpened', 'AlertDelivered']);

    bed.advance(301);
    await bed.looked();
    expect(await bed.storyOf('failing', 1)).toHaveLength(2);
    bed.advance(301);
    await told('failing', ['alert.opened', 'alert.resolved']);
    await storyOf('failing', 4);

    await bed.endJobs(10, true);
    await told('failing', ['alert.opened', 'alert.resolved', 'alert.opened']);
    const ids = alertsOf('failing').map(({ body }) => body.incident.id);
    expect([ids[0] === ids[1], ids[1] === ids[2]]).toEqual([true, false]);
    await storyOf('failing', 2, 2);
  });

  it('open nothing and tell nothing again in the process that takes over', async () => {
    start(rules);
    await bed.looked();
    await bed.endJobs(10, true);
    await bed.looked();
    expect(eventsOf('failing')).toEqual(['alert.opened', 'alert.resolved', 'alert.opened']);
    expect(await bed.storyOf('failing', 2)).toEqual(['IncidentOpened', 'AlertDelivered']);
  });

  it('are found in the store by a process that was not there', async () => {
    bed.advance(700);
    await bed.endJobs(6, true);
    await bed.endJobs(6, false);
    start([named('high_failure_rate', 'found')]);
    await told('found', ['alert.opened']);
    const [alert] = alertsOf('found');
    expect(alert?.body).toMatchObject({
      severity: 'critical',
      value: 0.5,
      threshold: 0.2,
      incident: { status: 'open', details: { jobs: 12, failed: 6, failed_by_system: 6 } },
      runbook_url: 'https://media.example/documentation/runbooks/found',
    });
  });
});

describe('figures', () => {
  it('of the queue count when they are known, and high throughout ten minutes', async () => {
    bed.queue.pending = { thumbnail: 40, audio: 20 };
    start([named('long_queue', 'queue')]);
    await bed.looked();
    bed.advance(599);
    await bed.looked();
    bed.queue.isKnown = false;
    bed.advance(10);
    await bed.looked();
    expect(await bed.storyOf('queue', 1)).toEqual([]);
    bed.queue.isKnown = true;
    await told('queue', ['alert.opened']);
    expect(alertsOf('queue')[0]?.body).toMatchObject({
      value: 60,
      incident: { details: { thumbnail: 40, audio: 20 } },
    });
    await storyOf('queue', 2);
    expect(await bed.context.metrics.text()).toContain('ffapi_incidents_open{rule="queue",severity="warning"} 1');
  });

  it('of the disk count at once', async () => {
    start([named('low_disk_space', 'disk', { threshold: Number.MAX_SAFE_INTEGER })]);
    await told('disk', ['alert.opened']);
    await storyOf('disk', 2);
  });

  it('of keys are each an incident of its own', async () => {
    const keys = ['key_aaaa', 'key_bbbb'];
    start([named('quota_nearly_used', 'quotas')]);
    await Promise.all(keys.map((key) => bed.warnOfQuota(key)));
    await told('quotas', ['alert.opened', 'alert.opened']);
    const subjects = alertsOf('quotas').map(({ body }) => body.incident.subject);
    expect(subjects.toSorted()).toEqual(keys.map((key) => `${key}/max_jobs_per_day`));
    for (const subject of subjects) await storyOf('quotas', 2, 1, subject);
  });
});

it('a receiver that does not answer is tried when it is time, also by the next process, and given up', async () => {
  const attempts = retryDelaysMs.length + 1;
  const rules = [named('low_disk_space', 'deaf', { threshold: Number.MAX_SAFE_INTEGER })];
  bed.receiver.failing.add('deaf');
  const first = start(rules);
  await storyOf('deaf', 2);
  await first.stop();
  start(rules);
  for (const [index, delayMs] of retryDelaysMs.entries()) {
    bed.advance(delayMs / 1000 + 1);
    await storyOf('deaf', index + 3);
  }
  const failures = Array.from({ length: attempts }, () => 'AlertDeliveryFailed');
  expect(await storyOf('deaf', attempts + 2)).toEqual(['IncidentOpened', ...failures, 'AlertGivenUp']);
  expect(eventsOf('deaf')).toEqual(failures.map(() => 'alert.opened'));
});

describe('two processes', () => {
  it('tell once between them, and one goes on when the other stops', async () => {
    const rule = named('long_queue', 'pair', { threshold: -1, windowSeconds: 0 });
    const contexts = [bed.context, await bed.openContext()];
    const pair = contexts.map((context) => ({ context, watching: start([rule], context) }));
    const watchers = async () => {
      const texts = await Promise.all(pair.map(({ context }) => context.metrics.text()));
      return pair.filter((_, i) => texts[i]?.includes('ffapi_incidents_open{rule="pair",severity="warning"} 1'));
    };
    await told('pair', ['alert.opened']);
    await storyOf('pair', 2);
    const [first] = await eventually(async () => ((await watchers()).length === 1 ? watchers() : null));
    await first?.watching.stop();
    const [second] = await eventually(async () => ((await watchers()).length === 1 ? watchers() : null));
    expect(second).not.toBe(first);
    expect(eventsOf('pair')).toEqual(['alert.opened']);
  });

  it('that both think they are the one open one incident', async () => {
    const rule = named('high_failure_rate', 'split');
    const take = async () => [{ subject: 'platform', value: 1, samples: 10, details: {} }];
    const both = await Promise.all([bed.openContext(), bed.openContext()]);
    const incidents = await Promise.all(both.map(openIncidents));
    running.push(...incidents);
    const rules = new Map([[rule.name, rule]]);
    const turns = both.map((context, i) => ruleEvaluation({ context, rules, incidents: incidents[i]!, take }));
    for (let turn = 0; turn < 3; turn++) await Promise.all(turns.map((each) => each()));
    expect([await bed.storyOf('split', 1), await bed.storyOf('split', 2)]).toEqual([['IncidentOpened'], []]);
  });
});

it('the address and the secret of the receiver are in nothing that is stored', async () => {
  let stored = '';
  for await (const commits of bed.context.store.read({ after: 0 })) stored += JSON.stringify(commits);
  expect(stored).toContain('AlertDeliveryFailed');
  for (const hidden of [canary, bed.secret.slice('whsec_'.length)]) expect(stored).not.toContain(hidden);
});
