import { aggregates, pools, requests, type Aggregate } from '@ffapi/contracts';
import type { Projection } from '@ffapi/es';
import { readText } from '../../lint/repository.ts';
import { reachedSources } from './reached-sources.ts';

/** What a service does with the world, as its sources say. */
export interface ServiceFacts {
  readonly description: string;
  /** Whether it serves routes of the public API. */
  readonly servesRoutes: boolean;
  /** Pools whose tasks it takes. */
  readonly pools: readonly string[];
  /** Requests of others that it answers. */
  readonly answers: readonly string[];
  /** Requests that others answer for it. */
  readonly asks: readonly string[];
  /** Aggregates whose events it writes. */
  readonly writes: readonly Aggregate[];
  /** Aggregates whose events it follows, projections aside. */
  readonly follows: readonly Aggregate[];
  readonly projections: readonly Pick<Projection, 'name' | 'streams'>[];
  /** What one process at a time does, by the name of the lease. */
  readonly leads: readonly string[];
  /** Buckets in which it keeps what is no event. */
  readonly buckets: readonly string[];
}

const all: readonly Aggregate[] = aggregates;
const poolNames: readonly string[] = pools;
/** Files that touch the world; what the others name is read by a projection. */
const hasRole = /\.(consumer|handlers|leader|runner|service|state)\.ts$/;

const found = (texts: readonly string[], pattern: RegExp): string[] => [
  ...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name))),
];

/** Reads what a service does from its sources, and its projections from the service itself. */
export const serviceFacts = async (service: string): Promise<ServiceFacts> => {
  const sources = [...reachedSources(service)];
  const textsOf = (keep: (path: string) => boolean): string[] =>
    sources.filter(([path]) => keep(path)).map(([, text]) => text);
  const own = textsOf((path) => path.startsWith('services/'));
  const events = new Set(
    found(
      textsOf(() => true),
      /type: '(\w+)',\s*version: \d/g,
    ),
  );
  const following = textsOf((path) => path.startsWith('libs/') || hasRole.test(path));
  const answers = found(own, /^\s*'(\w+\.[\w-]+)':/gm).filter((name) => Object.hasOwn(requests, name));
  const named = found(own, /'(\w+\.[\w-]+)'/g).filter((name) => Object.hasOwn(requests, name));
  const { projections = [] } = (await import(`@ffapi/${service}`)) as { readonly projections?: readonly Projection[] };
  const { description } = JSON.parse(readText(`services/${service}/package.json`)) as { readonly description: string };
  return {
    description,
    servesRoutes: sources.some(([path]) => path.endsWith('.handlers.ts')),
    pools: found(
      textsOf((path) => path.endsWith('.service.ts')),
      /(?:\bpool: |startMediaWorker\(context, exec, )'([\w-]+)'/g,
    ).filter((name) => poolNames.includes(name)),
    answers,
    asks: named.filter((name) => !answers.includes(name)).toSorted(),
    writes: all.filter((aggregate) => Object.keys(aggregate.events).some((type) => events.has(type))),
    follows: all.filter(({ kind }) => following.some((text) => text.includes(`${kind}Aggregate`))),
    projections,
    leads: found(own, /\b(?:lead|withLease)\(\s*[\w.#]+,\s*['`]([\w-]+(?:\$\{)?)/g).map((name) =>
      name.replace('${', '…'),
    ),
    buckets: found(own, /\bopenBucket\([\w.]+, '(\w+)'/g).toSorted(),
  };
};
