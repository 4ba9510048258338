import { expect, it } from 'vitest';
import type { Handlers, HandlersFor } from './handler.http.ts';
import { handlersOf, stopAll, type Slice } from './slice.ts';

const cancel: HandlersFor<'cancel_job'>['cancel_job'] = async () => undefined;
const live: Slice<HandlersFor<'health_live'>> = {
  handlers: { health_live: async () => ({ body: { status: 'live' } }) },
};
const jobs: Slice<HandlersFor<'cancel_job'>> = { handlers: { cancel_job: cancel } };

it('slices add up to the routes that they serve, and a route that none serves does not compile', () => {
  const both: HandlersFor<'cancel_job' | 'health_live'> = handlersOf([live, jobs]);
  // @ts-expect-error nobody serves get_job
  const more: HandlersFor<'cancel_job' | 'get_job'> = handlersOf([live, jobs]);
  // @ts-expect-error two routes are not all
  const all: Handlers = handlersOf([live, jobs]);
  // @ts-expect-error another route's handler
  const foreign: Slice<HandlersFor<'health_live'>> = { handlers: { health_live: cancel } };
  for (const handlers of [both, more, all])
    expect(Object.keys(handlers).toSorted()).toEqual(['cancel_job', 'health_live']);
  expect(foreign.handlers.health_live).toBe(cancel);
});

it('the slice that comes later takes a route over', () => {
  const other: HandlersFor<'cancel_job'>['cancel_job'] = async () => undefined;
  expect(handlersOf([jobs, { handlers: { cancel_job: other } }]).cancel_job).toBe(other);
});

it('slices stop one after the other, the last first', async () => {
  const told: string[] = [];
  const stopping = (name: string): Slice => ({
    handlers: {},
    stop: async () => {
      told.push(`${name} stops`);
      await Promise.resolve();
      told.push(`${name} has stopped`);
    },
  });
  await stopAll([stopping('first'), live, stopping('last')]);
  expect(told).toEqual(['last stops', 'last has stopped', 'first stops', 'first has stopped']);
});
