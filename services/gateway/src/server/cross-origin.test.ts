import { describe, expect, it } from 'vitest';
import { crossOriginHeaders, preflightHeaders } from './cross-origin.ts';

const app = 'https://app.example.com';
const allowOrigin = (path: string, origin: string | undefined, allowed: string[]) =>
  crossOriginHeaders({ path, origin }, allowed)['access-control-allow-origin'];

describe('a page of another origin', () => {
  it.each([
    ['a named one', '/v1/jobs', app, [app], app],
    ['one of two', '/v1/jobs', app, ['https://other.example', app], app],
    ['any', '/v1/jobs', app, ['*'], '*'],
    ['one that is not named', '/v1/jobs', 'https://evil.example', [app], undefined],
    ['one that begins alike', '/v1/jobs', `${app}.evil.example`, [app], undefined],
    ['another scheme', '/v1/jobs', 'http://app.example.com', [app], undefined],
    ['another port', '/v1/jobs', `${app}:8443`, [app], undefined],
    ['none of any name', '/v1/jobs', 'null', [app], undefined],
    ['one, where nobody is named', '/v1/jobs', app, [], undefined],
    ['no page', '/v1/jobs', undefined, [app], undefined],
    ['one with a signed link', '/files/~1.x/file_1/a.m3u8', 'https://evil.example', [], '*'],
    ['one with a signed link, where others are named', '/files/~1.x/file_1/a.ts', 'null', [app], '*'],
    ['one with a link that needs a key', '/files/file_1/a.mp4', 'https://evil.example', [app], undefined],
  ] as const)('%s', (_, path, origin, allowed, expected) => {
    expect(allowOrigin(path, origin, [...allowed])).toBe(expected);
  });

  it('is told apart by caches', () => {
    expect(crossOriginHeaders({ path: '/v1/jobs', origin: 'https://evil.example' }, [app])).toEqual({ vary: 'Origin' });
    expect(crossOriginHeaders({ path: '/v1/jobs', origin: app }, [app]).vary).toBe('Origin');
  });

  it('never brings cookies', () => {
    const all = [
      crossOriginHeaders({ path: '/v1/jobs', origin: app }, [app]),
      crossOriginHeaders({ path: '/files/~1.x/file_1/a', origin: app }, [app]),
      preflightHeaders(['GET']),
    ];
    for (const headers of all) expect(Object.keys(headers)).not.toContain('access-control-allow-credentials');
  });
});
