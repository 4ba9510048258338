import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { defineAggregate, versionsOf, type EventOf } from './aggregate.ts';
import { InvalidSubject } from './subject.ts';
import { upcastOf } from './upcast.ts';

const opened1 = z.strictObject({ name: z.string() });
const opened2 = z.strictObject({ first: z.string(), last: z.string() });
const opened3 = z.strictObject({ last: z.string(), initial: z.string() });

const door = defineAggregate({
  kind: 'door',
  stream: '{house}.{n}',
  parts: { house: 'Where it is.', n: 'Which of them.' },
  describes: 'A door.',
  events: {
    DoorOpened: {
      1: opened1,
      2: opened2,
      3: opened3,
      upcast: {
        1: ({ name }: z.infer<typeof opened1>) => ({ first: name.split(' ')[0] ?? '', last: name.split(' ')[1] ?? '' }),
        2: ({ first, last }: z.infer<typeof opened2>) => ({ last, initial: first.charAt(0) }),
      },
    },
    DoorShut: { 1: z.strictObject({}) },
  },
});
type DoorEvent = EventOf<typeof door>;

describe('the events of an aggregate', () => {
  const upcast = upcastOf([door]);

  it('are lifted to their newest version step by step', () => {
    const newest = { type: 'DoorOpened', version: 3, data: { last: 'Lee', initial: 'A' } };
    expect(upcast('door.a.1', { type: 'DoorOpened', version: 1, data: { name: 'Ann Lee' } })).toEqual(newest);
    expect(upcast('door.a.1', { type: 'DoorOpened', version: 2, data: { first: 'Ann', last: 'Lee' } })).toEqual(newest);
    expect(upcast('door.a.1', newest)).toBe(newest);
  });

  it.each([
    ['door.a.1', 'DoorOpened', 4],
    ['door.a.1', 'DoorPainted', 1],
    ['door.a.1', 'constructor', 1],
    ['gate.a.1', 'DoorOpened', 1],
  ])('of %s are not known as %s, version %i', (stream, type, version) => {
    expect(upcast(stream, { type, version, data: {} })).toBeNull();
  });

  it('are seen and written in their newest version', () => {
    expectTypeOf<Extract<DoorEvent, { type: 'DoorOpened' }>>().toEqualTypeOf<{
      readonly type: 'DoorOpened';
      readonly version: 3;
      readonly data: { last: string; initial: string };
    }>();
    expect(versionsOf(door.events.DoorOpened)).toEqual([
      [1, opened1],
      [2, opened2],
      [3, opened3],
    ]);
  });

  it('do not compile without a way from each older version to the next', () => {
    const rest = { kind: 'a', stream: 'b', parts: {}, describes: 'c' } as const;
    const same = (data: z.infer<typeof opened1>) => data;
    const [none, wrong, half] = [{}, { 1: () => ({ first: 1 }) }, { 1: same }];
    // @ts-expect-error There is none.
    defineAggregate({ ...rest, events: { A: { 1: opened1, 2: opened2, upcast: none } } });
    // @ts-expect-error It leads somewhere else.
    defineAggregate({ ...rest, events: { A: { 1: opened1, 2: opened2, upcast: wrong } } });
    // @ts-expect-error One is missing.
    defineAggregate({ ...rest, events: { A: { 1: opened1, 2: opened1, 3: opened1, upcast: half } } });
    defineAggregate({ ...rest, events: { A: { 1: opened1, 2: opened1, upcast: half } } });
  });
});

describe('the name of a stream', () => {
  it('is made of the kind and its parts', () => {
    expect(door.streamOf('a', 1)).toBe('door.a.1');
    expect(door.pattern).toBe('door.>');
    expect(() => door.streamOf('*', 1)).toThrow(InvalidSubject);
    expect(() => door.streamOf('a.b', 1)).toThrow(InvalidSubject);
    // @ts-expect-error A part is missing.
    expect(() => door.streamOf('a')).toThrow(InvalidSubject);
  });
});
