import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reserve, reservedBytes, without, type Reservations, type Stored } from './reservations.ts';

const now = '2026-11-25T10:00:00.000Z';
const wish = (fileId: string, bytes: number, limitBytes = 100) => ({ fileId, bytes, now, limitBytes });
const empty: Stored = { bytes: 0, position: 0, newest: [] };

it('takes what fits, to the byte', () => {
  const one = reserve({}, empty, wish('a', 60));
  expect(reservedBytes(one ?? {})).toBe(60);
  expect(reserve(one ?? {}, empty, wish('b', 41))).toBeNull();
  expect(reservedBytes(reserve(one ?? {}, empty, wish('b', 40)) ?? {})).toBe(100);
});

it('lets a file that grows reserve anew', () => {
  const one = reserve({}, empty, wish('a', 60)) ?? {};
  expect(reservedBytes(reserve(one, empty, wish('a', 100)) ?? {})).toBe(100);
  expect(reserve(one, empty, wish('a', 101))).toBeNull();
});

it('counts a file once: as reserved until the total holds it', () => {
  const stored: Reservations = { a: { bytes: 60, at: now, storedAt: 7 } };
  expect(reserve(stored, { ...empty, position: 6 }, wish('b', 41))).toBeNull();
  expect(reserve(stored, { ...empty, bytes: 60, position: 7 }, wish('b', 40))).not.toBeNull();
  expect(reserve(stored, { ...empty, bytes: 60, position: 7 }, wish('b', 41))).toBeNull();
});

it('knows a counted file that nobody has confirmed', () => {
  const held: Reservations = { a: { bytes: 60, at: now, storedAt: null } };
  expect(reserve(held, { bytes: 60, position: 7, newest: ['a'] }, wish('b', 40))).not.toBeNull();
});

it('never takes back room that it gave', () => {
  const one = reserve({}, empty, wish('a', 100)) ?? {};
  const full: Stored = { ...empty, bytes: 60, position: 1 };
  expect(reservedBytes(reserve(one, full, wish('a', 90)) ?? {})).toBe(90);
});

it('never lets more in than there is room for', () => {
  const files = fc.array(fc.record({ bytes: fc.integer({ min: 0, max: 60 }), gives: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(files, (each) => {
      let held: Reservations = {};
      each.forEach(({ bytes, gives }, n) => {
        held = reserve(held, empty, wish(`f${n}`, bytes)) ?? held;
        expect(reservedBytes(held)).toBeLessThanOrEqual(100);
        if (gives) held = without(held, `f${n}`);
      });
    }),
  );
});
