import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { AuditRow } from '@ffapi/contracts';

export interface SyslogMessage {
  readonly priority: number;
  readonly timestamp: string;
  readonly appName: string;
  readonly msgId: string;
  readonly structuredData: string;
  readonly row: AuditRow;
}

const parameter = String.raw`[^ =\]"]{1,32}="(?:[^"\\\]]|\\["\\\]])*"`;
const element = String.raw`\[[^ =\]"]{1,32}(?: ${parameter})*\]`;
const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)`;
const shape = new RegExp(
  String.raw`^<(\d{1,3})>1 (${time}) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) ((?:${element})+) (.*)$`,
);

/** By the grammar of RFC 5424 §6, and stricter where it would let lines break. */
const parse = (text: string): SyslogMessage => {
  const [, priority, timestamp = '', , appName = '', , msgId = '', structuredData = '', json = ''] =
    shape.exec(text) ?? [];
  if (priority === undefined || Number(priority) > 191) throw new Error(`not RFC 5424: ${text}`);
  return { priority: Number(priority), timestamp, appName, msgId, structuredData, row: JSON.parse(json) as AuditRow };
};

export interface SyslogReceiver {
  readonly port: number;
  readonly messages: readonly SyslogMessage[];
  /** What did not follow framing or grammar. */
  readonly faults: readonly unknown[];
  readonly connections: () => number;
  close(): Promise<void>;
}

/** Takes octet-counted messages over TCP or TLS; `isCut` names connections that end at their first byte. */
export const startSyslog = async (
  options: { readonly port?: number; readonly tls?: TlsOptions; readonly isCut?: (nth: number) => boolean } = {},
): Promise<SyslogReceiver> => {
  const messages: SyslogMessage[] = [];
  const faults: unknown[] = [];
  const open = new Set<Socket>();
  let count = 0;
  const serve = (socket: Socket): void => {
    const nth = ++count;
    let rest: Buffer = Buffer.alloc(0);
    open.add(socket.on('close', () => open.delete(socket)).on('error', () => {}));
    socket.on('data', (chunk) => {
      if (options.isCut?.(nth)) return void socket.destroy();
      rest = Buffer.concat([rest, chunk]);
      for (let size = lengthOf(rest); size && rest.length >= size.end; size = lengthOf(rest)) {
        try {
          const bytes = rest.subarray(size.start, size.end);
          messages.push(parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
        } catch (error) {
          faults.push(error);
        }
        rest = rest.subarray(size.end);
      }
    });
  };
  const server: Server = options.tls ? createTlsServer(options.tls, serve) : createServer(serve);
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    messages,
    faults,
    connections: () => count,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const lengthOf = (bytes: Buffer): { readonly start: number; readonly end: number } | null => {
  const space = bytes.indexOf(' ');
  if (space < 1) return null;
  const digits = bytes.toString('latin1', 0, space);
  if (!/^[1-9]\d*$/.test(digits)) throw new Error(`not a length: ${digits}`);
  return { start: space + 1, end: space + 1 + Number(digits) };
};

/** Answers as a Splunk HTTP Event Collector does; `answers` come first, one a request. */
export const startCollector = async (token: string, answers: number[] = []) => {
  const events: { readonly sourcetype: string; readonly event: AuditRow }[] = [];
  const statuses: number[] = [];
  const texts: Readonly<Record<number, object>> = {
    200: { text: 'Success', code: 0 },
    403: { text: 'Invalid token', code: 4 },
    404: { text: 'The requested URL was not found on this server.', code: 404 },
    503: { text: 'Server is busy', code: 9 },
  };
  const server = createHttpServer(async (request, response) => {
    const body = (await buffer(request)).toString('utf8');
    const isKnown = request.headers.authorization === `Splunk ${token}`;
    const isThere = request.method === 'POST' && request.url === '/services/collector/event';
    const status = !isThere ? 404 : !isKnown ? 403 : (answers.shift() ?? 200);
    statuses.push(status);
    if (status === 200)
      for (const line of body.split('\n')) events.push(JSON.parse(line) as { sourcetype: string; event: AuditRow });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(texts[status]));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events,
    statuses,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
