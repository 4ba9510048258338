import type { SharedFile } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { lengthText, sharePage, sizeText } from './share-page.ts';

const film: SharedFile = {
  share_id: 'share_aaaa',
  title: '<img src=x onerror=alert(1)>',
  needs_password: false,
  name: '"><script>alert(1)</script>.mp4',
  size_bytes: 1_234_567,
  content_type: 'video/mp4',
  media: null,
  file_url: 'https://example.org/s/share_aaaa/file?grant=a"b',
  thumbnail_url: null,
  expires_at: null,
  downloads_left: null,
};

it('shows texts of others as texts', () => {
  const page = sharePage(film, { name: '<b>Acme</b>', logoUrl: 'https://example.org/"onload="x' });
  expect(page).not.toMatch(/<script|<img src=x|<b>|"onload=|grant=a"/);
});

it('plays what may be fetched any number of times, and else shows a still', () => {
  expect(sharePage(film, {})).toContain('<video');
  const limited = { ...film, downloads_left: 1, thumbnail_url: 'https://example.org/t.jpg' };
  expect(sharePage(limited, {})).not.toContain('<video');
  expect(sharePage(limited, {})).toContain('<img class="preview" src="https://example.org/t.jpg"');
  expect(sharePage(limited, {})).toContain('1 download left');
});

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_000, '1.00 KB'],
  [1_234_567, '1.23 MB'],
  [2 ** 40, '1.10 TB'],
])('writes %d bytes as %s', (bytes, text) => expect(sizeText(bytes)).toBe(text));

it.each([
  [5.4, '0:05'],
  [65, '1:05'],
  [3_725, '1:02:05'],
])('writes %d seconds as %s', (seconds, text) => expect(lengthText(seconds)).toBe(text));
