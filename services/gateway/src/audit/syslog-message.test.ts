import { expect, it } from 'vitest';
import type { AuditRow } from '@ffapi/contracts';
import { chained, chainStart } from './audit-chain.ts';
import { syslogFrames, syslogMessage } from './syslog-message.ts';
import { splunkEvents, splunkEventsUrl } from './splunk-events.ts';

const row: AuditRow = chained(chainStart, {
  id: 'aud_0000000000000001_000',
  timestamp: '2026-01-02T03:04:05.678Z',
  event_type: 'auth.failed',
  actor: 'key "x]\\',
  resource_type: 'api_key',
  resource_id: null,
  action: 'failed',
  details: { reason: 'naïve\n<13>1 forged 😀' },
  ip_address: '::1',
  user_agent: 'a\r\nb\u2028ü',
});

it('writes RFC 5424 with the row as structured data and as JSON in ASCII, on one line', () => {
  const message = syslogMessage(row, 'a host');
  const data =
    '[audit@32473 id="aud_0000000000000001_000" actor="key \\"x\\]\\\\" resource_type="api_key" action="failed"' +
    ` ip_address="::1" user_agent="a  b ü" hash="${row.hash}"]`;
  expect(message.startsWith(`<108>1 2026-01-02T03:04:05.678Z ahost ffapi - auth.failed ${data} {`)).toBe(true);
  expect(message).not.toMatch(/[\r\n\u2028]/);
  const json = message.slice(message.indexOf('] {') + 2);
  expect(json).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(json)).toEqual(row);
  expect(syslogMessage({ ...row, event_type: 'job.submitted' }, '').startsWith('<110>1 ')).toBe(true);
});

it('counts bytes, not letters', () => {
  expect(syslogFrames(['aü', 'b']).toString()).toBe('3 aü1 b');
});

it('writes a batch for a collector', () => {
  const events = splunkEvents([row, row], 'h').split('\n');
  const sent = { time: 1767323045.678, host: 'h', source: 'ffapi', sourcetype: 'ffapi:audit', event: row };
  expect(events.map((event) => JSON.parse(event) as unknown)).toEqual([sent, sent]);
  expect(splunkEventsUrl('https://splunk:8088')).toBe('https://splunk:8088/services/collector/event');
  expect(splunkEventsUrl('https://splunk/proxied/hec')).toBe('https://splunk/proxied/hec');
});
