import type { AuditRow } from '@ffapi/contracts';
import { canonicalJson } from '@ffapi/read-model';

/** Facility 13, log audit (RFC 5424 §6.2.1). */
const facility = 13;
const severities = { warning: 4, informational: 6 } as const;
/** An id of one's own needs a number of an enterprise; this one is for documentation (RFC 5612). */
const structuredId = 'audit@32473';
const absent = '-';

const printable = (text: string, lengthMax: number): string =>
  text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, lengthMax) || absent;

/** Quotes, backslashes and brackets are escaped (§6.3.3); control characters would break lines in receivers. */
const parameter = (name: string, value: string | null): string => {
  if (value === null) return '';
  const text = value
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ')
    .replaceAll(/["\\\]]/g, (letter) => `\\${letter}`);
  return ` ${name}="${text}"`;
};

/** JSON in ASCII, for receivers of any charset: the mark that UTF-8 would need confuses many. */
const ascii = (json: string): string =>
  json.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A row as a syslog message (RFC 5424): what is searched for as structured data, the whole row as JSON. */
export const syslogMessage = (row: AuditRow, hostname: string): string => {
  const { id, timestamp, event_type, actor, resource_type, resource_id, action, ip_address, user_agent } = row;
  const { warning, informational } = severities;
  const priority = facility * 8 + (event_type === 'auth.failed' ? warning : informational);
  const header = [timestamp, printable(hostname, 255), 'ffapi', absent, printable(event_type, 32)].join(' ');
  const told = { id, actor, resource_type, resource_id, action, ip_address, user_agent, hash: row.hash };
  const data = Object.entries(told).map(([name, value]) => parameter(name, value));
  return `<${priority}>1 ${header} [${structuredId}${data.join('')}] ${ascii(canonicalJson(row))}`;
};

/** Messages as they go over a connection: each behind its length in bytes (RFC 6587 §3.4.1, RFC 5425 §4.3). */
export const syslogFrames = (messages: readonly string[]): Buffer =>
  Buffer.concat(
    messages.flatMap((message) => {
      const bytes = Buffer.from(message);
      return [Buffer.from(`${bytes.length} `), bytes];
    }),
  );
