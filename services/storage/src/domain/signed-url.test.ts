import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkPath, signPath, type LinkKey } from './signed-url.ts';

const key: LinkKey = { id: 'k2', secret: randomBytes(32) };
const older: LinkKey = { id: 'k1', secret: randomBytes(32) };
const now = new Date('2026-01-01T00:00:00Z');
const later = new Date('2026-01-01T01:00:00Z');
const fileId = 'file_01k9vjz6f8e2m3q4';
const sign = (path: string, by = key) => signPath(by, fileId, path, later);
const check = (path: string, at = now) => checkPath([key, older], path, at);

describe('signed link', () => {
  it('opens the file until it expires', () => {
    const link = sign('My clip é.mp4');
    expect(link).toMatch(/^\/files\/~1767229200\.k2\.[\w-]{43}\/file_01k9vjz6f8e2m3q4\/My%20clip%20%C3%A9\.mp4$/);
    expect(check(link)).toEqual({ kind: 'valid', fileId, path: 'My clip é.mp4', expiresAt: later });
    expect(check(link, new Date(later.getTime() - 1)).kind).toBe('valid');
    expect(check(link, later)).toEqual({ kind: 'expired' });
  });

  it('opens what a playlist links to relatively', () => {
    const segment = new URL('720p/seg_001.ts', `http://host${sign('hls/master.m3u8')}`).pathname;
    expect(check(segment)).toMatchObject({ kind: 'valid', path: 'hls/720p/seg_001.ts' });
  });

  it('opens no other file, at no other time, with no other key', () => {
    const link = sign('a.mp4');
    expect(check(link.replace(fileId, 'file_01k9vjz6f8e2m3q5'))).toEqual({ kind: 'invalid' });
    expect(check(link.replace('~1767229200', '~1767229201'))).toEqual({ kind: 'invalid' });
    expect(check(link.replace('.k2.', '.k1.'))).toEqual({ kind: 'invalid' });
    expect(check(link.replace('.k2.', '.k9.'))).toEqual({ kind: 'invalid' });
    const unknown = signPath({ id: 'k9', secret: new Uint8Array(32) }, fileId, 'a.mp4', later);
    expect(check(unknown)).toEqual({ kind: 'invalid' });
    const first = link.indexOf('k2.') + 3;
    const flipped = link.slice(0, first) + (link[first] === 'A' ? 'B' : 'A') + link.slice(first + 1);
    expect(check(flipped)).toEqual({ kind: 'invalid' });
  });

  it('still opens links of the key of before', () => {
    expect(check(sign('a.mp4', older)).kind).toBe('valid');
    expect(checkPath([key], sign('a.mp4', older), now)).toEqual({ kind: 'invalid' });
  });

  it.each(['..', '%2e%2e', '..%2f..%2fetc%2fpasswd', 'a/../b', 'a//b', 'a%5cb', 'a%00b', '%', ''])(
    'does not take %j as a path',
    (path) => {
      const link = sign('a.mp4').replace(/a\.mp4$/, () => path);
      expect(check(link)).toEqual({ kind: 'invalid' });
    },
  );

  it.each(['/files/file_01k9vjz6f8e2m3q4/a.mp4', '/files/~1.k2./file_01k9vjz6f8e2m3q4/a', ''])(
    'does not take %j as a link',
    (path) => {
      expect(check(path)).toEqual({ kind: 'invalid' });
    },
  );
});
