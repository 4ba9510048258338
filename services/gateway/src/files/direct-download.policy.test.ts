import { expect, it } from 'vitest';
import { directBytesMin, directLifetimeMs, type WantedBytes } from './direct-download.policy.ts';

const nowMs = 1_000_000;
const settings = { isOn: true, lifetimeMs: 3_600_000 };
const film: WantedBytes = {
  sizeBytes: directBytesMin,
  isOfSet: false,
  dependsOnEtag: false,
  isFromScript: false,
  isForCdn: false,
  endsAtMs: Infinity,
};

it('leads to the store for as long as the settings say, and no longer than the file is there', () => {
  expect(directLifetimeMs(film, settings, nowMs)).toBe(3_600_000);
  expect(directLifetimeMs({ ...film, endsAtMs: nowMs + 90_000 }, settings, nowMs)).toBe(90_000);
  expect(directLifetimeMs({ ...film, endsAtMs: nowMs + 999 }, settings, nowMs)).toBeNull();
});

it.each([
  ['is small', { sizeBytes: directBytesMin - 1 }],
  ['belongs to a set for players', { isOfSet: true }],
  ['is asked for by its entity tag', { dependsOnEtag: true }],
  ['is read by the script of a page', { isFromScript: true }],
  ['is fetched by a CDN', { isForCdn: true }],
] as const)('leaves to the gateway what %s', (_, other) => {
  expect(directLifetimeMs({ ...film, ...other }, settings, nowMs)).toBeNull();
});

it('leaves everything to the gateway where it is off', () => {
  expect(directLifetimeMs(film, { ...settings, isOn: false }, nowMs)).toBeNull();
});
