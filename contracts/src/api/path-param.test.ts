import { expect, it } from 'vitest';
import { errors } from '../errors/index.ts';
import { idKinds, makeId, type IdKind } from '../kernel/index.ts';
import { pathParam, type PathParam } from './path-param.ts';
import { defineRoute } from './route.ts';
import { routes } from './routes.ts';

const marked = (path: string): string[] => [...path.matchAll(/\{([^}*]+)\*?\}/g)].map(([, name = '']) => name);
const withParams = routes.filter(({ path }) => path.includes('{'));

it('every parameter of a path says what it names', () => {
  expect(withParams.length).toBeGreaterThan(30);
  for (const { path, params } of routes)
    expect(Object.keys(params ?? {}).toSorted(), path).toEqual(marked(path).toSorted());
});

it('a route whose parameter names nothing does not compile', () => {
  const route = {
    id: 'x',
    method: 'GET',
    tag: 'jobs',
    summary: '',
    access: 'key',
    success: 204,
    answers: 'nothing',
  } as const;
  // @ts-expect-error the parameter has no kind
  defineRoute({ ...route, path: '/v1/things/{id}' });
  // @ts-expect-error one of two has no kind
  defineRoute({ ...route, path: '/v1/things/{id}/parts/{part}', params: { id: pathParam.job } });
  // @ts-expect-error the rest of a path needs one, too
  defineRoute({ ...route, path: '/v1/things/{path*}' });
  // @ts-expect-error a text is no kind
  defineRoute({ ...route, path: '/v1/things/{id}', params: { id: 'job' } });
  // @ts-expect-error a kind that the path does not have
  defineRoute({ ...route, path: '/v1/things', params: { id: pathParam.job } });
  expect(defineRoute({ ...route, path: '/v1/things/{id}', params: { id: pathParam.job } }).params.id).toBe(
    pathParam.job,
  );
});

const kinds: readonly PathParam[] = Object.values(pathParam);

it.each(kinds.filter(({ names }) => names in idKinds))(
  'an id of $names is of its kind',
  ({ names, schema, absent }) => {
    expect(errors[absent].status).toBe(404);
    const id = makeId(
      names as IdKind,
      Date.UTC(2026, 10, 30),
      Uint8Array.from({ length: 10 }, (_, i) => i * 25),
    );
    expect(schema.safeParse(id).success).toBe(true);
    for (const hostile of [
      '',
      '*',
      '>',
      `${names}_*`,
      `${id}.`,
      ` ${id}`,
      `${id}\n`,
      `x${id}`,
      id.toUpperCase(),
      `other_${id.slice(names.length + 1)}`,
    ])
      expect(schema.safeParse(hostile).success, JSON.stringify(hostile)).toBe(false);
  },
);
