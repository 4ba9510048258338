import type { AssetStoredData } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { mediaOf, statusOf } from './asset-media.ts';

const film = { durationSeconds: 2, width: 320, height: 180, videoCodec: 'h264', audioCodec: null };
const text = { durationSeconds: null, width: null, height: null, videoCodec: null, audioCodec: null };
const upload = { origin: { kind: 'upload' }, media: null } as const satisfies Partial<AssetStoredData>;
const made = (media: typeof film | typeof text | null) =>
  ({ origin: { kind: 'job', jobId: 'job_0000', task: 1, output: 'o' }, media }) as const;

it.each([
  ['an upload that nobody has looked at', { stored: upload }, 'pending', null],
  ['an upload that is media', { stored: upload, probe: { media: film, reason: null } }, 'ready', film],
  ['an upload that is none', { stored: upload, probe: { media: null, reason: 'media_empty' } }, 'none', null],
  ['what a job made', { stored: made(film) }, 'ready', film],
  ['a text that a job made', { stored: made(text) }, 'none', text],
  ['a manifest that a job made', { stored: made(null) }, 'none', null],
] as const)('%s', (_, file, status, media) => {
  expect(statusOf(file)).toBe(status);
  expect(mediaOf(file)).toEqual(media);
});
