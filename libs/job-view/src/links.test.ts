import { expect, it } from 'vitest';
import { createLinks } from './links.ts';

const links = createLinks('https://media.example.com/', {
  sign: (fileId, path, until) => `/files/~${until}.x/${fileId}/${path}`,
  expiresAtSeconds: () => 1_000,
});

it('a link ends when it says, and never after its file', () => {
  const at = (seconds: number) => new Date(seconds * 1000).toISOString();
  expect(links.download('file_1', 'a.mp4', null)).toEqual({
    url: 'https://media.example.com/files/~1000.x/file_1/a.mp4',
    expiresAt: at(1_000),
  });
  expect(links.download('file_1', 'a.mp4', at(2_000)).expiresAt).toBe(at(1_000));
  expect(links.download('file_1', 'a.mp4', at(500))).toEqual({
    url: 'https://media.example.com/files/~500.x/file_1/a.mp4',
    expiresAt: at(500),
  });
});

it('a download begins with the address of the CDN, and nothing else does', () => {
  const signer = { sign: () => '/files/~1.x/file_1/a.mp4', expiresAtSeconds: () => 1_000 };
  const behindCdn = createLinks('https://media.example.com', signer, 'https://cdn.example.com/media/');
  expect(behindCdn.download('file_1', 'a.mp4', null).url).toBe('https://cdn.example.com/media/files/~1.x/file_1/a.mp4');
  expect(behindCdn.url('/x')).toBe('https://media.example.com/x');
});
