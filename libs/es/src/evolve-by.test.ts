import { expect, it } from 'vitest';
import { evolveBy } from './evolve-by.ts';
import { EventUnknown } from './event-store.ts';

type Door =
  | { readonly type: 'Opened'; readonly version: 1; readonly data: { readonly by: string } }
  | { readonly type: 'Shut'; readonly version: 1; readonly data: { readonly softly: boolean } };

const evolve = evolveBy<Door, string, [at: string]>({
  Opened: (_, { by }, at) => `open since ${at} by ${by}`,
  Shut: (_, { softly }) => (softly ? 'shut softly' : 'shut'),
});

it('changes the state by the type of an event', () => {
  expect(evolve('', { type: 'Opened', version: 1, data: { by: 'Ann' } }, 'noon')).toBe('open since noon by Ann');
  expect(evolve('', { type: 'Shut', version: 1, data: { softly: true } }, 'noon')).toBe('shut softly');
});

it('does not go on without an event that it does not know', () => {
  for (const type of ['Painted', 'constructor'])
    expect(() => evolve('', { type, version: 1, data: {} } as never, 'noon')).toThrow(EventUnknown);
});

it('does not compile without one of the events', () => {
  // @ts-expect-error Nothing is said of Shut.
  evolveBy<Door, string>({ Opened: (state) => state });
});
