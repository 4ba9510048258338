import { openBucket } from '@ffapi/bus';
import type { NatsConnection } from '@nats-io/transport-node';
import type { MediaFacts } from '@ffapi/media';

const weekMs = 7 * 24 * 3600 * 1000;

/** What a file was found to be, by content and prober: the same bytes are probed once. */
export interface FactsCache {
  get(sha256: string, prober: string): Promise<MediaFacts | null>;
  put(sha256: string, prober: string, facts: MediaFacts): Promise<void>;
}

/** Counts up with the shape and the meaning of what is kept. */
const form = 4;

const keyOf = (sha256: string, prober: string): string =>
  `${sha256}.${form}.${prober.replace(/[^\w-]/g, '_').slice(0, 40)}`;

export const createFactsCache = async (connection: NatsConnection): Promise<FactsCache> => {
  const bucket = await openBucket(connection, 'FACTS', { ttl: weekMs, history: 1, allow_direct: true });
  return {
    get: async (sha256, prober) => {
      const entry = await bucket.get(keyOf(sha256, prober));
      return entry && entry.operation === 'PUT' ? entry.json<MediaFacts>() : null;
    },
    put: async (sha256, prober, facts) => {
      await bucket.put(keyOf(sha256, prober), JSON.stringify(facts));
    },
  };
};
