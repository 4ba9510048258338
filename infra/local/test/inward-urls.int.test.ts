import { nestedInputs, operations, withValueAt, type Operation, type Problem } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { call, fileId, hooks, originUrl } from './testbed.ts';

type Body = Record<string, unknown>;

/** Stays refused where private addresses are allowed. */
const inward = 'http://169.254.169.254/latest/meta-data/';

/** The body of an example with a stored file wherever media is named, and the same with one of them leading inward. */
const bodiesOf = (operation: Operation, example: Body): { place: string; body: Body }[] => {
  const withFiles = nestedInputs(operation, example).reduce<Body>(
    (body, { place }) => withValueAt(body, place, fileId),
    example,
  );
  const base = Object.values(operation.inputs).reduce<Body>(
    (body, { fields: [field] }) => ({ ...body, [field]: fileId }),
    withFiles,
  );
  return [
    ...Object.values(operation.inputs).flatMap(({ fields: [first, ...others] }) =>
      [first, ...others].map((field) => {
        const { [first]: _, ...rest } = base;
        return { place: `/${field}`, body: { ...rest, [field]: inward } };
      }),
    ),
    ...nestedInputs(operation, example).map(({ place, pointer }) => ({
      place: pointer,
      body: withValueAt(base, place, inward),
    })),
    { place: '/webhook_url', body: { ...base, webhook_url: inward } },
  ];
};

const doors = () =>
  Object.values<Operation>(operations).flatMap((operation) =>
    operation.examples.flatMap(({ params }) =>
      bodiesOf(operation, params as Body).map((door) => ({ path: operation.path, ...door })),
    ),
  );

describe('a URL that leads inward', () => {
  it('is refused in every field of every operation', async () => {
    const tried = doors();
    expect(tried.length).toBeGreaterThan(150);
    const passed: string[] = [];
    for (const { path, place, body } of tried) {
      const { status, body: answer } = await call<Problem>('POST', path, body);
      if (status !== 422 || answer.code !== 'url_refused')
        passed.push(`${path} ${place}: ${status} ${JSON.stringify(answer.errors ?? answer.code)}`);
    }
    expect(passed).toEqual([]);
  });

  it.each([
    ['/probe/from-urls', { url: inward }],
    ['/compose/from-urls', { video_url: inward }],
    ['/video/concat-from-urls', { clips: [inward] }],
    ['/webhooks/subscribe', { url: inward, events: ['*'] }],
  ])('is refused at %s', async (path, body) => {
    expect((await call<Problem>('POST', path, body)).body.code).toBe('url_refused');
  });

  it('is refused when a subscription is changed to it', async () => {
    const made = await call('POST', '/webhooks/subscribe', { url: `${originUrl}/mine`, events: ['batch.*'] });
    const changed = await call<Problem>('PATCH', `/webhooks/${String(made.body.id)}`, { url: inward });
    expect(changed.body.code).toBe('url_refused');
    await call('DELETE', `/webhooks/${String(made.body.id)}`);
    expect(hooks).toEqual([]);
  });
});
