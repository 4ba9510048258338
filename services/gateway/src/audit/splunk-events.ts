import type { AuditRow } from '@ffapi/contracts';

/** Rows as a batch of a Splunk HTTP Event Collector: one JSON object behind the other. */
export const splunkEvents = (rows: readonly AuditRow[], host: string): string =>
  rows
    .map((row) =>
      JSON.stringify({
        time: Date.parse(row.timestamp) / 1000,
        host,
        source: 'ffapi',
        sourcetype: 'ffapi:audit',
        event: row,
      }),
    )
    .join('\n');

/** Where a collector takes events; an address with a path of its own is taken as it is. */
export const splunkEventsUrl = (text: string): string => {
  const url = new URL(text);
  if (url.pathname === '/') url.pathname = '/services/collector/event';
  return url.href;
};
