import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createEgress, EgressFailure, guardUrl, redactUrl, type DialTarget } from './index.ts';

const names: Record<string, string[][]> = {
  'a.test': [['127.0.0.1']],
  'rebind.test': [['93.184.216.34'], ['127.0.0.1']],
  'mixed.test': [['93.184.216.34', '10.0.0.1']],
  'ok.test': [['93.184.216.34']],
  'p5.test': [['2a00:1450::1']],
  'none.test': [[]],
  'metadata.test': [['169.254.169.254']],
  'local.test': [['127.0.0.1']],
  'alias.test': [['198.20.0.7']],
  'alias-six.test': [['2a00:1450::7']],
};

/** An egress that resolves from the table and notes what it would dial; no connection is ever made. */
const recording = ({ allowPrivateIps = false, ownHosts = [] as string[], ownAddresses = [] as string[] } = {}) => {
  const dialled: DialTarget[] = [];
  const rounds = new Map<string, number>();
  const egress = createEgress({
    allowPrivateIps,
    ownHosts,
    ownAddresses: () => ownAddresses,
    resolver: async (hostname) => {
      const round = rounds.get(hostname) ?? 0;
      rounds.set(hostname, round + 1);
      // A public answer for every other name: only the guard itself can refuse it.
      const answers = names[hostname] ?? [['93.184.216.34']];
      return answers[Math.min(round, answers.length - 1)]!;
    },
    dialler: async (target) => {
      dialled.push(target);
      throw new Error('nothing is dialled here');
    },
  });
  const codeOf = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'none',
      (error: unknown) => (error instanceof EgressFailure ? error.code : String(error)),
    );
  return {
    dialled,
    fetch: (url: string) => codeOf(egress.download(url, { sink: new Writable(), sizeBytesMax: 1 })),
    get: (url: string) => codeOf(egress.send(url, { method: 'GET' })),
    post: (url: string) => codeOf(egress.post(url, { body: '' })),
  };
};

/** One of each reason; the classes are in fixtures/hostile-urls.ts. */
const refusedUrls = [
  ['an address', 'http://127.0.0.1/'],
  ['a local name', 'http://nats:8080/'],
  ['a name of a private address', 'http://a.test/'],
  ['a user name', 'http://127.0.0.1@example.com/'],
  ['a backslash', 'http://example.com\\@127.0.0.1/'],
  ['no URL', 'not a url'],
] as const;

describe('the address guard', () => {
  it.each(refusedUrls)('%s %s is refused before any connection', async (_id, url) => {
    const { fetch, post, dialled } = recording();
    expect(await fetch(url)).toBe('url_refused');
    expect(await post(url)).toBe('url_refused');
    expect(dialled).toEqual([]);
  });

  it.each([
    ['S32', 'file:///etc/passwd', 'url_scheme_refused'],
    ['S33', 'gopher://127.0.0.1:6379/_', 'url_scheme_refused'],
    ['', 'data:text/plain,x', 'url_scheme_refused'],
    ['S34', 'http://a.test:22/', 'url_port_refused'],
    ['S24', 'http://nats:4222/', 'url_port_refused'],
    ['', 'http://none.test/', 'input_unreachable'],
  ])('%s %s is refused as %s', async (_id, url, code) => {
    const { fetch, dialled } = recording();
    expect(await fetch(url)).toBe(code);
    expect(dialled).toEqual([]);
  });

  it.each([
    ['P1', 'http://100.63.255.254/', '100.63.255.254'],
    ['P2', 'http://100.128.0.1/', '100.128.0.1'],
    ['P3', 'http://172.15.255.255/', '172.15.255.255'],
    ['P4', 'https://172.32.0.1:8443/', '172.32.0.1'],
    ['P5', 'http://p5.test/', '2a00:1450::1'],
    ['', 'http://[2a00:1450::1]:8080/', '2a00:1450::1'],
    ['', 'https://ok.test./a b.mp4?x=1', '93.184.216.34'],
  ])('%s %s is dialled', async (_id, url, address) => {
    const { fetch, dialled } = recording();
    expect(await fetch(url)).toBe('input_unreachable');
    expect(dialled.map((target) => target.addresses)).toEqual([[address]]);
  });

  it('S26 dials the address that was checked, and checks again at the next request', async () => {
    const { fetch, dialled } = recording();
    expect(await fetch('http://rebind.test/')).toBe('input_unreachable');
    expect(await fetch('http://rebind.test/')).toBe('url_refused');
    expect(dialled.map((target) => target.addresses)).toEqual([['93.184.216.34']]);
  });

  it('keeps the name for certificate and port for the connection', async () => {
    const { fetch, dialled } = recording();
    await fetch('https://ok.test/');
    expect(dialled).toEqual([{ addresses: ['93.184.216.34'], port: 443, hostname: 'ok.test', isTls: true }]);
  });

  it.each([
    'http://127.0.0.1:9000/',
    'http://localhost:1/',
    'http://local.test:22/',
    'http://192.168.1.5/',
    'http://[::1]:9/',
    'http://nats:4222/',
  ])('%s is dialled when private addresses are allowed', async (url) => {
    const { fetch, dialled } = recording({ allowPrivateIps: true });
    expect(await fetch(url)).toBe('input_unreachable');
    expect(dialled).toHaveLength(1);
  });

  it.each([
    'http://169.254.169.254/',
    'http://168.63.129.16/',
    'http://metadata.test/',
    'http://[::ffff:169.254.169.254]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[fd00:ec2::254]/',
    'http://0.0.0.0/',
    'http://user@localhost/',
  ])('%s stays refused even then', async (url) => {
    const { fetch, dialled } = recording({ allowPrivateIps: true });
    expect(await fetch(url)).toBe('url_refused');
    expect(dialled).toEqual([]);
  });
});

describe('the platform itself', () => {
  const ownHosts = ['Media.Example.com', '198.20.0.7', '[2a00:1450::7]'];
  it.each([
    'https://media.example.com/files/a.mp4',
    'https://MEDIA.example.com./files/a.mp4',
    'http://media.example.com:8080/',
    'http://198.20.0.7/',
    'http://3323199495/',
    'http://[2a00:1450:0:0::7]/',
    'http://alias.test/',
    'http://alias-six.test/',
  ])('is not called at %s', async (url) => {
    const { fetch, post, dialled } = recording({ ownHosts });
    expect(await fetch(url)).toBe('url_refused');
    expect(await post(url)).toBe('url_refused');
    expect(dialled).toEqual([]);
  });

  it.each(['https://example.com/', 'https://x.media.example.com/', 'https://media.example.com.ok.test/'])(
    'is not %s',
    async (url) => {
      const { fetch, dialled } = recording({ ownHosts });
      expect(await fetch(url)).toBe('input_unreachable');
      expect(dialled).toHaveLength(1);
    },
  );

  it('may be called where private addresses are open: clips of a laptop are on it', async () => {
    const { fetch, dialled } = recording({ ownHosts, allowPrivateIps: true });
    await fetch('http://media.example.com/');
    expect(dialled).toHaveLength(1);
  });

  it('is also what the network interfaces of the machine have', async () => {
    const { fetch, dialled } = recording({ ownAddresses: ['93.184.216.34'] });
    expect(await fetch('http://ok.test/')).toBe('url_refused');
    expect(dialled).toEqual([]);
  });
});

describe('guardUrl', () => {
  it('gives the parsed URL and takes other ports when told', () => {
    expect(guardUrl('https://EXAMPLE.com/a').href).toBe('https://example.com/a');
    expect(guardUrl('http://example.com:9000/', { ports: [9000] }).port).toBe('9000');
    expect(() => guardUrl('http://example.com/', { ports: [9000] })).toThrow(EgressFailure);
  });

  it('never repeats a secret of the URL in its message', () => {
    const message = (url: string) => {
      try {
        return String(guardUrl(url));
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(message('http://user:hunter2@example.com/')).not.toContain('hunter2');
    expect(message('http://10.0.0.1/?token=hunter2')).not.toContain('hunter2');
  });
});

describe('redactUrl', () => {
  it('drops user-info, query and fragment', () => {
    expect(redactUrl('https://u:p@example.com:8443/a/b.mp4?sig=1#t=2')).toBe('https://example.com:8443/a/b.mp4');
    expect(redactUrl('nonsense')).toBe('invalid URL');
  });
});
