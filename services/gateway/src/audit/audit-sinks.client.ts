import { hostname } from 'node:os';
import type { AuditRow } from '@ffapi/contracts';
import { createEgress, type ByteStream, type Egress } from '@ffapi/egress';
import { createCaller } from '@ffapi/outbound';
import type { ServiceContext } from '@ffapi/service-kit';
import { splunkEvents, splunkEventsUrl } from './splunk-events.ts';
import { syslogFrames, syslogMessage } from './syslog-message.ts';

/** Somewhere outside that keeps the audit log, too. */
export interface AuditSink {
  readonly name: 'syslog' | 'splunk';
  /** Resolves when the rows have been taken, as far as can be known. */
  send(rows: readonly AuditRow[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Syslog answers nothing: a connection that has held for this long after the last byte has taken it. */
const settleMs = 1_000;

export const syslogSink = (egress: Egress, url: string): AuditSink => {
  let stream: ByteStream | null = null;
  const drop = (): void => {
    stream?.close();
    stream = null;
  };
  return {
    name: 'syslog',
    send: async (rows, signal) => {
      const host = hostname();
      const frames = syslogFrames(rows.map((row) => syslogMessage(row, host)));
      try {
        stream ??= await egress.openStream(url, { signal });
        await stream.write(frames, settleMs, signal);
      } catch (error) {
        drop();
        throw error;
      }
    },
    close: async () => drop(),
  };
};

const collectorOptions = { unavailable: 'endpoint_unreachable', timeoutMs: 15_000, responseBytesMax: 1_024 } as const;

export const splunkSink = (egress: Egress, url: string, token: string): AuditSink => {
  const caller = createCaller({ egress, ...collectorOptions });
  return {
    name: 'splunk',
    send: async (rows, signal) => {
      const answer = await caller.call({
        url: splunkEventsUrl(url),
        headers: { authorization: `Splunk ${token}`, 'content-type': 'application/json' },
        body: splunkEvents(rows, hostname()),
        signal,
      });
      // Its words say why a batch is not taken.
      if (answer.status !== 200) throw caller.failureOf(answer, answer.text);
    },
    close: async () => {},
  };
};

/** The sinks that are set, on connections of their own: their addresses are the operator's, who may well name private ones. */
export const auditSinks = ({
  config,
}: Pick<ServiceContext, 'config'>): { readonly sinks: readonly AuditSink[]; close(): Promise<void> } => {
  const egress = createEgress({ allowPrivateIps: true });
  const { AUDIT_SYSLOG_URL: syslog, AUDIT_SPLUNK_HEC_URL: splunk, AUDIT_SPLUNK_HEC_TOKEN: token = '' } = config;
  const sinks = [
    ...(syslog === undefined ? [] : [syslogSink(egress, syslog)]),
    ...(splunk === undefined ? [] : [splunkSink(egress, splunk, token)]),
  ];
  return {
    sinks,
    close: async () => {
      await Promise.all(sinks.map((sink) => sink.close()));
      await egress.close();
    },
  };
};
