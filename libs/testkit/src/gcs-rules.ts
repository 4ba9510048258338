import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

interface Described {
  readonly name: string;
  readonly generation: string;
  readonly metageneration: string;
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

interface Rules {
  readonly bucket: string;
  /** Whether a download that is not asked for over the JSON interface is let through. */
  isSigned(link: URL): boolean;
}

const pathOf = /^(?:\/upload)?\/storage\/v1\/b\/([^/]+)\/o(?:\/([^/]+))?(\/compose)?$/;

/** An answer of a door, as Google refuses. */
export const gcsFailure = (status: number, reason: string, message = reason) => ({
  status,
  code: reason,
  body: JSON.stringify({ error: { code: status, message, errors: [{ reason, message }] } }),
  headers: { 'content-type': 'application/json' },
});

/**
 * What fake-gcs-server leaves out of Google's protocol, before it: conditions of every write and not of uploads alone, a
 * generation that stays while the metadata change, and a count of these changes, signatures of links, and the words for
 * what is not there.
 */
export const openGcsRules = async (endpoint: string, port: number, rules: Rules) => {
  const { hostname, port: serverPort, host } = new URL(endpoint);
  /** By name: which of the server's generations is which of Google's. */
  const known = new Map<string, Described & { readonly served: string; readonly updated: string }>();
  let last: Promise<unknown> = Promise.resolve();
  const oneByOne = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };

  const open = (method: string, path: string, headers: object, body?: Buffer) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request({ hostname, port: serverPort, method, path, headers: { ...headers, host } }, resolve);
      outgoing.on('error', reject).end(body);
    });
  const ask = async (method: string, path: string, headers: object = {}, body?: Buffer): Promise<Answer> => {
    const answer = await open(method, path, headers, body);
    return { status: answer.statusCode ?? 502, body: await buffer(answer) };
  };
  const seen = (object: Described): Described => {
    const { served, ...mine } = known.get(object.name) ?? { served: undefined };
    return served === object.generation ? { ...object, ...mine } : object;
  };
  const lookAt = async (name: string): Promise<Described | undefined> => {
    const { status, body } = await ask('GET', `/storage/v1/b/${rules.bucket}/o/${encodeURIComponent(name)}`);
    return status === 200 ? seen(JSON.parse(String(body)) as Described) : undefined;
  };
  const refusal = (status: number, reason: string, message: string): Answer => ({
    status,
    body: Buffer.from(gcsFailure(status, reason, message).body),
  });

  const write = async (incoming: IncomingMessage, url: URL, name: string, body: Buffer): Promise<Answer> => {
    const before = await lookAt(name);
    const method = incoming.method ?? '';
    const isChange = method === 'PATCH' || method === 'DELETE';
    if (isChange && !before) return refusal(404, 'notFound', `No such object: ${rules.bucket}/${name}`);
    for (const [condition, is] of [
      ['ifGenerationMatch', before?.generation ?? '0'],
      ['ifMetagenerationMatch', before?.metageneration],
    ] as const) {
      const wanted = url.searchParams.get(condition);
      if (wanted !== null && wanted !== is)
        return refusal(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.');
    }
    const answer = await ask(method, incoming.url ?? '', incoming.headers, body);
    if (method !== 'PATCH' || answer.status !== 200 || !before) return answer;
    const { generation: served } = JSON.parse(String(answer.body)) as Described;
    const metageneration = String(Number(before.metageneration) + 1);
    known.set(name, { ...before, served, metageneration, updated: new Date().toISOString() });
    return answer;
  };

  const judge = async (incoming: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const url = new URL(incoming.url ?? '', `http://${incoming.headers.host}`);
    const end = ({ status, body }: Answer) =>
      answer.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
    const [, bucket, encodedName] = pathOf.exec(url.pathname) ?? [];
    if (bucket === undefined && !rules.isSigned(url)) {
      answer.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>');
      return;
    }
    if (bucket === undefined || (url.searchParams.get('alt') === 'media' && bucket === rules.bucket)) {
      const passed = await open('GET', incoming.url ?? '', incoming.headers);
      if (passed.statusCode === 404)
        end(refusal(404, 'notFound', `No such object: ${decodeURIComponent(encodedName ?? '')}`));
      else passed.pipe(answer.writeHead(passed.statusCode ?? 502, passed.headers));
      return;
    }
    const body = await buffer(incoming);
    if (bucket !== rules.bucket) {
      end(refusal(404, 'notFound', 'The specified bucket does not exist.'));
      return;
    }
    const name = url.searchParams.get('name') ?? (encodedName === undefined ? null : decodeURIComponent(encodedName));
    const given = await oneByOne(() =>
      incoming.method === 'GET'
        ? ask('GET', incoming.url ?? '', incoming.headers)
        : write(incoming, url, name ?? '', body),
    );
    if (given.status === 404) end(refusal(404, 'notFound', `No such object: ${bucket}/${name}`));
    else if (given.status !== 200 || given.body.length === 0) end(given);
    else {
      const told = JSON.parse(String(given.body)) as Described & { items?: Described[] };
      const corrected = told?.items ? { ...told, items: told.items.map(seen) } : told && seen(told);
      end({ status: 200, body: Buffer.from(JSON.stringify(corrected)) });
    }
  };

  const server = createServer((incoming, answer) => {
    judge(incoming, answer).catch(() => answer.destroy());
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
};
