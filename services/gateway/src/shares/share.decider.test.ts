import type { ShareCreatedData, ShareEvent } from '@ffapi/contracts';
import { Refusal } from '@ffapi/es';
import { expect, it } from 'vitest';
import { shareDecider, statusOf, type ShareCommand } from './share.decider.ts';

const now = '2026-12-01T00:00:00.000Z';
const created: ShareCreatedData = {
  shareId: 'share_aaaa',
  apiKeyId: 'key_aaaa',
  fileId: 'file_aaaa',
  title: null,
  passwordHash: null,
  downloadsMax: 2,
  expiresAt: '2026-12-02T00:00:00.000Z',
};
const share = (more: Partial<ShareCreatedData> = {}): ShareEvent => ({
  type: 'ShareCreated',
  version: 1,
  data: { ...created, ...more },
});
const downloaded = (downloads: number): ShareEvent => ({
  type: 'ShareDownloaded',
  version: 1,
  data: { shareId: 'share_aaaa', apiKeyId: 'key_aaaa', downloads },
});
const revoked: ShareEvent = {
  type: 'ShareRevoked',
  version: 1,
  data: { shareId: 'share_aaaa', apiKeyId: 'key_aaaa', by: 'key_aaaa' },
};
const count: ShareCommand = { type: 'RecordDownloads', downloads: 1, now };
const decide = (before: readonly ShareEvent[], command: ShareCommand): readonly ShareEvent[] =>
  shareDecider.decide(command, before.reduce(shareDecider.evolve, shareDecider.initialState));

it('counts downloads up to their number', () => {
  expect(decide([share()], count)).toEqual([downloaded(1)]);
  expect(decide([share(), downloaded(1)], count)).toEqual([downloaded(1)]);
  expect(() => decide([share(), downloaded(1), downloaded(1)], count)).toThrow(Refusal);
});

it('counts what an unlimited one has given, whenever that is written', () => {
  const late = { ...count, downloads: 7, now: '2027-01-01T00:00:00.000Z' };
  expect(decide([share({ downloadsMax: null })], late)).toEqual([downloaded(7)]);
});

it('gives nothing after its end, after it was taken back, and before it was made', () => {
  expect(() => decide([share({ expiresAt: now })], count)).toThrow(Refusal);
  for (const command of [count, { type: 'RevokeShare', by: 'key_aaaa' } as const]) {
    expect(() => decide([share(), revoked], command)).toThrow(Refusal);
    expect(() => decide([], command)).toThrow(Refusal);
  }
});

it('is made once', () => {
  expect(decide([share()], { type: 'CreateShare', share: created })).toEqual([]);
});

it('ends before it is used up', () => {
  expect(statusOf(created, 1, now)).toBe('active');
  expect(statusOf(created, 2, now)).toBe('used_up');
  expect(statusOf(created, 2, '2026-12-02T00:00:00.000Z')).toBe('expired');
  expect(statusOf({ downloadsMax: null, expiresAt: null }, 1e9, now)).toBe('active');
});
