import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EgressFailure, guardUrl, redactUrl } from './index.ts';

const bounded = { numRuns: 20_000, interruptAfterTimeLimit: 6_000 };

/** What must never be dialled, by Node's own table of networks and not by the library behind the guard. */
const inward = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  inward.ipv4.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
] as const)
  inward.ipv6.addSubnet(network, prefix, 'ipv6');

const isInward = (host: string): boolean =>
  isIP(host) === 4 ? inward.ipv4.check(host) : inward.ipv6.check(host, 'ipv6');

const byte = fc.integer({ min: 0, max: 255 });
const interesting = fc.constantFrom(0, 1, 10, 100, 127, 169, 172, 192, 198, 224, 254, 255, 16, 31, 64, 168, 18);
const octet = fc.oneof(byte, interesting);

/** An IPv4 address in one of the spellings that URL parsers know. */
const spelled = fc
  .tuple(
    fc.tuple(octet, octet, octet, octet),
    fc.array(fc.constantFrom('d', 'x', 'o'), { minLength: 4, maxLength: 4 }),
    fc.integer({ min: 1, max: 4 }),
  )
  .map(([octets, bases, parts]) => {
    const tail = octets.slice(parts - 1).reduce((sum, each) => sum * 256 + each, 0);
    const numbers = [...octets.slice(0, parts - 1), tail];
    const show = (n: number, base: string | undefined): string =>
      base === 'x' ? `0x${n.toString(16)}` : base === 'o' ? `0${n.toString(8)}` : String(n);
    return numbers.map((n, at) => show(n, bases[at])).join('.');
  });
const wide = (text: string): string => text.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
const escaped = (text: string): string => text.replaceAll(/[\d.]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
const dressed = fc
  .tuple(spelled, fc.constantFrom('plain', 'wide', 'escaped', 'dots', 'trailing'))
  .map(([host, dress]) => {
    if (dress === 'wide') return wide(host);
    if (dress === 'escaped') return escaped(host);
    if (dress === 'dots') return host.replaceAll('.', '\u3002');
    return dress === 'trailing' ? `${host}.` : host;
  });
const group = fc.oneof(
  fc.constantFrom('0', 'ffff', '64', 'ff9b', '2002', '2001', 'fe80', 'fc00', '7f00', '1', 'a9fe'),
  byte.map((n) => n.toString(16)),
);
const six = fc
  .tuple(fc.array(group, { maxLength: 4 }), fc.array(group, { maxLength: 3 }))
  .map(([left, right]) => `[${left.join(':')}::${right.join(':')}]`);
const name = fc.constantFrom(
  'example.com',
  'localhost',
  'nats',
  'a.local',
  'a.internal',
  'metadata',
  'x.svc.cluster.local',
);
const url = fc
  .record({
    scheme: fc.constantFrom('http://', 'https://', 'HTTP://', 'http:', 'http:/', 'file://', 'ftp://', '//', ''),
    user: fc.constantFrom('', '', '', 'u@', 'u:p@', 'example.com@', '@'),
    host: fc.oneof(dressed, six, name),
    port: fc.constantFrom('', '', ':80', ':443', ':22', ':0', ':99999', ':'),
    path: fc.constantFrom('', '/', '/a?b=http://127.0.0.1/', '#@127.0.0.1', '\\@example.com', '/\t'),
  })
  .map(({ scheme, user, host, port, path }) => scheme + user + host + port + path);

type Guard = (text: string) => URL;

const guarded = (guard: Guard, text: string): URL | null => {
  try {
    return guard(text);
  } catch (error) {
    // Anything else than a refusal is a hole of its own.
    expect(error).toBeInstanceOf(EgressFailure);
    return null;
  }
};

const checkOutward = (found: URL): void => {
  expect(found.protocol).toMatch(/^https?:$/);
  expect(found.username + found.password).toBe('');
  expect(['', '80', '443', '8080', '8443']).toContain(found.port);
  const host = found.hostname.replaceAll(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(host) === 0) expect(host).toMatch(/\./);
  else expect(isInward(host), host).toBe(false);
  expect(host).not.toMatch(/(^|\.)(localhost|local|internal)$/);
};

/** How many URLs the guard took; throws at the first that leads inward. */
const fuzz = (guard: Guard): number => {
  let taken = 0;
  const any = fc.oneof({ weight: 9, arbitrary: url }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) });
  fc.assert(
    fc.property(any, (text) => {
      const found = guarded(guard, text);
      if (found === null) return;
      taken++;
      checkOutward(found);
    }),
    bounded,
  );
  return taken;
};

/** Looks at the text of a URL instead of what it means. */
const naive: Guard = (text) => {
  if (!URL.canParse(text) || !/^https?:\/\/[^@\\]*$/i.test(text)) throw new EgressFailure('url_refused');
  if (/\/\/(127\.|10\.|192\.168\.|169\.254\.|localhost|\[)/.test(text)) throw new EgressFailure('url_refused');
  return new URL(text);
};

describe('any URL', () => {
  it('is refused in so many words, or leads outward', () => {
    expect(fuzz(guardUrl)).toBeGreaterThan(100);
  });

  it('and a guard that looks at the text alone is found out', () => {
    expect(() => fuzz(naive)).toThrow('Property failed');
  });

  it('shows no secret of its own in what is logged', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{12,20}$/), url, (secret, text) => {
        const withSecret = `${text.split('#')[0]}${text.includes('?') ? '&' : '?'}sig=${secret}#${secret}`;
        expect(redactUrl(withSecret)).not.toContain(secret);
        expect(redactUrl(`http://u:${secret}@example.com/`)).not.toContain(secret);
      }),
      { numRuns: 2_000 },
    );
  });
});
