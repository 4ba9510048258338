import { body } from './bodies.ts';
import { damage, type Chance } from './chance.ts';
import { target, upgradeTarget } from './targets.ts';

const headerValues: readonly (readonly [name: string, values: readonly string[]])[] = [
  [
    'Range',
    ['bytes=0-', 'bytes=-1', 'bytes=9-1', 'bytes=0-0,1-1', 'bytes=', 'x', `bytes=${'9'.repeat(30)}-`, 'bytes=--1'],
  ],
  ['If-None-Match', ['*', '"a"', 'W/"a"', '"a", W/"b"', '"', ',', '']],
  ['If-Match', ['*', '"a"', 'W/"a"', '"', '']],
  ['If-Range', ['"a"', 'W/"a"', 'x', 'Mon, 30 Nov 2026 00:00:00 GMT']],
  ['If-Modified-Since', ['Mon, 30 Nov 2026 00:00:00 GMT', 'x', '']],
  ['Idempotency-Key', ['', 'a', '*', '>', 'a b', 'k'.repeat(300), '"a"', '__proto__', 'a.b.>']],
  ['Prefer', ['wait=0', 'wait=-1', 'wait=1e9', 'wait=', 'wait', 'respond-async, wait=x', '=', ',,']],
  ['X-Request-ID', ['a', '', '\u00e9', 'a b', 'x'.repeat(500), '__proto__']],
  ['X-Forwarded-For', ['1.2.3.4', 'x', ',', '::1', '[::1]:80', '1.2.3.4, 127.0.0.1', '127.0.0.1'.repeat(50)]],
  ['X-Forwarded-Proto', ['https', 'javascript', '', 'a, b']],
  ['X-Forwarded-Host', ['evil.example', '[', 'a:b', '']],
  ['Authorization', ['Bearer', 'Bearer ', 'Basic Og==', 'Bearer \u00e9', 'bearer x', 'x'.repeat(9_000)]],
  ['Cookie', ['ffapi_session=x', '__Host-ffapi_session=%', 'a', '=', ';', 'a=b; a=c', '%=%zz', '__proto__=x']],
  ['Origin', ['null', 'http://evil.example', '//', 'http://[', '']],
  ['Sec-Fetch-Site', ['cross-site', 'none', 'x']],
  ['traceparent', ['00-0-0-0', 'x', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, 'ff-']],
  ['Last-Event-ID', ['0', '-1', '9'.repeat(30), 'x', '']],
  ['Accept', ['text/html', '*/*;q=x', ',', 'application/json', '']],
  ['Expect', ['100-continue', 'x', '']],
  ['Connection', ['close', 'keep-alive', 'upgrade', 'x', 'close, keep-alive']],
  ['Upgrade', ['h2c', 'websocket', 'TLS/1.0', '', ',']],
  ['TE', ['trailers', 'x']],
  ['X-Admin-Key', ['x', '']],
  ['Content-Length', ['0', '5', '-5', 'x']],
  ['Host', ['', 'a', 'a:b', '[', '[::1', 'a b', 'x'.repeat(300), '//', 'a@b']],
];

export interface Keys {
  readonly admin: string;
  readonly tenant: string;
}

/** Most are let in, so that what is behind is reached; the admin only reads, so that the platform stays as it is. */
const keyOf = (chance: Chance, keys: Keys, method: string): string[] => {
  if (chance.is(0.2)) return [];
  return [`X-API-Key: ${method === 'GET' && chance.is(0.5) ? keys.admin : keys.tenant}`];
};

const someHeaders = (chance: Chance): string[] =>
  Array.from({ length: chance.int(4) }, () => {
    const [name, values] = chance.one(headerValues);
    const colon = chance.is(0.02) ? chance.one([' : ', ':', '']) : ': ';
    return `${name}${colon}${chance.one(values)}`;
  });

const joined = (lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');

const versions = ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0'] as const;
const oddVersions = [
  'HTTP/0.9',
  'HTTP/2.0',
  'HTTP/1.2',
  'HTTP/9.9',
  'HTTP',
  'http/1.1',
  'ICE/1.0',
  'RTSP/1.0',
  '',
] as const;

/** A request as a client would write it, with values that no client means. */
export const request = (chance: Chance, keys: Keys): Buffer => {
  const { method, text } = target(chance);
  const version = chance.is(0.04) ? chance.one(oddVersions) : chance.one(versions);
  const carried = chance.is(['POST', 'PUT', 'PATCH'].includes(method) ? 0.9 : 0.1) ? body(chance) : null;
  const lines = [
    `${method} ${text} ${version}`.trimEnd(),
    ...(chance.is(0.97) ? ['Host: gateway'] : []),
    ...keyOf(chance, keys, method),
    ...someHeaders(chance),
    ...Object.entries(carried?.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([joined(lines), carried?.bytes ?? Buffer.alloc(0)]);
};

const webSocketKeys = ['AAAAAAAAAAAAAAAAAAAAAA==', '', 'x', 'A'.repeat(300), '=', 'AAAAAAAAAAAAAAAAAAAAAA'];

/** An opening handshake (RFC 6455 §4.1) to a target. */
export const handshake = (path: string, more: readonly string[] = [], key = webSocketKeys[0]): Buffer =>
  joined([
    `GET ${path} HTTP/1.1`,
    'Host: gateway',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    ...more,
  ]);

/** A handshake that should not succeed. */
export const brokenHandshake = (chance: Chance, keys: Keys): Buffer => {
  const more = [
    ...keyOf(chance, keys, 'GET'),
    ...(chance.is(0.3) ? [`Sec-WebSocket-Protocol: ${chance.one(['a', 'a, a', '', ',', '\u00e9'])}`] : []),
    ...(chance.is(0.3) ? [`Sec-WebSocket-Extensions: ${chance.one(['permessage-deflate', 'a;b="', ';', ''])}`] : []),
    ...(chance.is(0.2) ? [`Sec-WebSocket-Version: ${chance.one(['8', '99', 'x', ''])}`] : []),
    ...someHeaders(chance),
  ];
  const bytes = handshake(upgradeTarget(chance), more, chance.one(webSocketKeys));
  return Buffer.concat([bytes, chance.is(0.3) ? chance.bytes(chance.int(40)) : Buffer.alloc(0)]);
};

/** Whatever comes to a port that is open to all. */
const strangers: readonly Buffer[] = [
  Buffer.from('16030100c8010000c40303', 'hex'),
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from('SSH-2.0-x\r\n'),
  Buffer.from('GET /\r\n'),
  Buffer.from('GET /\r\n\r\n'),
  Buffer.from('GET / HTTP/0.9\r\n\r\n'),
  Buffer.from('CONNECT gateway:443 HTTP/1.1\r\nHost: gateway:443\r\n\r\n'),
  Buffer.from('CONNECT // HTTP/1.1\r\nHost: x\r\n\r\nmore'),
  Buffer.from('\r\n\r\n\r\n'),
  Buffer.from('\0\0\0\0'),
  Buffer.from('PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n'),
];

/** One connection's worth of bytes. */
export const conversation = (chance: Chance, keys: Keys): Buffer => {
  const kind = chance.int(100);
  if (kind < 45) return request(chance, keys);
  if (kind < 65) return damage(chance, request(chance, keys));
  if (kind < 80) return brokenHandshake(chance, keys);
  if (kind < 85) return damage(chance, brokenHandshake(chance, keys));
  if (kind < 95) return Buffer.concat(Array.from({ length: 2 + chance.int(3) }, () => request(chance, keys)));
  return chance.is(0.5) ? chance.one(strangers) : chance.bytes(1 + chance.int(300));
};
