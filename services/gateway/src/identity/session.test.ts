import { expect, it } from 'vitest';
import { isNoteDue, isSessionAlive, sessionExpiresAt } from './session.ts';

const at = (hours: number): string => new Date(Date.parse('2026-01-01T00:00:00Z') + hours * 3_600_000).toISOString();
const session = (createdHours: number, seenHours: number) => ({
  userId: 'user_a',
  epoch: 1,
  createdAt: at(createdHours),
  seenAt: at(seenHours),
});

it.each([
  ['just begun', 0, 0, 12],
  ['in use', 0, 5, 17],
  ['in use for a week', 0, 167, 168],
])('a session %s ends at the earlier of twelve hours unused and seven days', (_, created, seen, expected) => {
  const one = session(created, seen);
  expect(sessionExpiresAt(one)).toBe(at(expected));
  expect(isSessionAlive(one, at(expected - 0.001))).toBe(true);
  expect(isSessionAlive(one, at(expected))).toBe(false);
});

it('is written down as in use every five minutes', () => {
  expect(isNoteDue(session(0, 1), at(1 + 4.9 / 60))).toBe(false);
  expect(isNoteDue(session(0, 1), at(1 + 5 / 60))).toBe(true);
});
