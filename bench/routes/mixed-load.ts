import { routes, type Route } from '@ffapi/contracts';
import type { Metrics } from '../kit/rounds.ts';
import { quantile } from '../kit/statistics.ts';
import { frequent, seldom, type MakeRequest, type RouteRequest } from './requests.ts';
import type { World } from './world.ts';

const seldomEvery = 4;

interface Asked {
  readonly route: Route;
  readonly make: MakeRequest;
}

const askedOf = (requests: Readonly<Record<string, MakeRequest>>): Asked[] =>
  routes
    .filter(({ method }) => method === 'GET' || method === 'POST')
    .flatMap((route) => (requests[route.id] ? [{ route, make: requests[route.id] as MakeRequest }] : []));

/** Routes that nobody has written a request for. */
export const routesLeftOut = (): string[] =>
  routes
    .filter(({ method, id }) => (method === 'GET' || method === 'POST') && !frequent[id] && !seldom[id])
    .map(({ id }) => id);

/** The routes of this many turns, one after the other. */
export const turnsOf = (turns: number): Asked[] => {
  const [often, rarely] = [askedOf(frequent), askedOf(seldom)];
  return Array.from({ length: turns }, (_, turn) => (turn % seldomEvery === 0 ? [...often, ...rarely] : often)).flat();
};

const send = async ({ platform }: World, { method, success, id }: Route, request: RouteRequest): Promise<void> => {
  const { path, body, form } = request;
  const response = await fetch(`${platform.url}${path}`, {
    method,
    headers: { ...platform.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(form ? { body: form } : {}),
  });
  const text = await response.text();
  if (response.status !== success) throw new Error(`${id}: ${response.status} ${text.slice(0, 300)}`);
};

/** Sends these at a steady rate, whether or not answers come; the P95 of each route, from when it was due. */
export const mixedLoad = async (world: World, asked: readonly Asked[], perSecond: number): Promise<Metrics> => {
  const durationsMs = new Map<string, number[]>();
  const startMs = performance.now();
  const one = async ({ route, make }: Asked, dueMs: number): Promise<void> => {
    const request = await make(world);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
    // What came before it may have taken longer than there was time.
    const sentMs = Math.max(dueMs, performance.now());
    await send(world, route, request);
    const own = durationsMs.get(route.id) ?? [];
    durationsMs.set(route.id, own);
    own.push(performance.now() - sentMs);
  };
  const sent: Promise<void>[] = [];
  for (const [i, each] of asked.entries()) {
    const dueMs = startMs + (1000 * i) / perSecond;
    sent.push(one(each, dueMs));
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
  }
  await Promise.all(sent);
  return Object.fromEntries([...durationsMs].map(([id, values]) => [id, quantile(values, 0.95)]));
};
