import type { EndpointEvent } from '@ffapi/contracts';
import type { RecordedCommit } from '@ffapi/es';
import { expect, it } from 'vitest';
import { endpoints, type EndpointDocument } from './endpoints.projection.ts';
import { EndpointDirectory } from './endpoint-directory.state.ts';

const target = { url: 'https://example.com/hook', urlSecret: null, headersSecret: null };
const commitAt = (
  position: number,
  webhookId: string,
  type: string,
  data: object = {},
): RecordedCommit<EndpointEvent> =>
  ({
    position,
    stream: `endpoint.${webhookId}`,
    occurredAt: '2026-11-22T10:00:00.000Z',
    events: [{ type, version: 1, data: { webhookId, ...data } }],
  }) as unknown as RecordedCommit<EndpointEvent>;
const created = (position: number, webhookId: string) =>
  commitAt(position, webhookId, 'EndpointSubscribed', {
    apiKeyId: 'key_a',
    events: ['job.*'],
    target,
    signingSecret: 'sealed',
    by: 'key_a',
  });

/** A collection into which somebody else writes. */
const written = (...commits: RecordedCommit<EndpointEvent>[]) => {
  const all = commits.map(({ position, events: [event], occurredAt }) => {
    const id = event!.data.webhookId;
    return {
      id,
      version: 1,
      position,
      document: endpoints.evolve(null, { event, occurredAt, position } as never, id)!,
    };
  });
  const collection = {
    scan: async (after: string | null) => (after === null ? all : []),
    getMany: async (ids: readonly string[]) => all.filter(({ id }) => ids.includes(id)),
  };
  return new EndpointDirectory(collection as unknown as ConstructorParameters<typeof EndpointDirectory>[0]);
};
const idsOf = (known: EndpointDirectory): string[] =>
  known.ofKey('key_a').map(({ webhookId }: EndpointDocument) => webhookId);

it('knows an endpoint in its turn, before it is written', async () => {
  const known = written();
  await known.load(0);
  known.apply(created(5, 'whk_a'));
  expect(idsOf(known)).toEqual(['whk_a']);
});

it('does not bring back what is gone when history is read again', async () => {
  const known = written(created(7, 'whk_b'));
  await known.load(9);
  known.apply(created(5, 'whk_a'));
  known.apply(commitAt(8, 'whk_a', 'EndpointDeleted', { by: 'key_a' }));
  expect(idsOf(known)).toEqual(['whk_b']);
});

it('does not take what is written late for news', async () => {
  const known = written(created(5, 'whk_a'));
  await known.load(5);
  known.apply(commitAt(6, 'whk_a', 'EndpointDisabled', { reason: 'user', by: 'key_a' }));
  await known.refresh(['whk_a']);
  expect(known.get('whk_a')?.isEnabled).toBe(false);
});
