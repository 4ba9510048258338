import { createHash } from 'node:crypto';
import { openBucket } from '@ffapi/bus';
import type { KV } from '@nats-io/kv';
import type { ServiceContext } from '@ffapi/service-kit';
import { RequestRefused } from './problem.ts';
import type { Call } from './server.ts';

export interface Claim {
  /** The id the resource has, whoever asked first. */
  readonly resourceId: string;
  readonly isReplay: boolean;
  /** Forgets the claim. */
  release(): Promise<void>;
}

export interface Idempotency {
  /** Ties `Idempotency-Key` to one id for a day; without the header every call is its own. */
  claim(call: Call, newId: () => string): Promise<Claim>;
}

const dayMs = 24 * 3600 * 1000;
const keyShape = /^[\x21-\x7e]{1,255}$/;

interface Entry {
  readonly bodyHash: string;
  readonly resourceId: string;
}

const digest = (parts: readonly unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** Keys per tenant and route in a bucket shared by all replicas; it outlives a restart. */
export const createIdempotency = async (context: ServiceContext): Promise<Idempotency> => {
  const bucket: KV = await openBucket(context.connection, 'IDEMPOTENCY', { ttl: dayMs, history: 1 });
  return {
    claim: async (call, newId) => {
      const key = call.header('idempotency-key');
      if (key === undefined) return { resourceId: newId(), isReplay: false, release: async () => {} };
      if (!keyShape.test(key)) {
        throw new RequestRefused('invalid_request', {
          detail: 'Idempotency-Key must be 1 to 255 visible ASCII characters.',
        });
      }
      const name = digest([call.caller.keyId, call.route.id, call.request.params, key]);
      const entry: Entry = { bodyHash: digest([call.request.query, call.request.body]), resourceId: newId() };
      try {
        await bucket.create(name, JSON.stringify(entry));
        return { resourceId: entry.resourceId, isReplay: false, release: () => bucket.delete(name) };
      } catch (error) {
        const first = await bucket.get(name);
        if (!first) throw error;
        const { bodyHash, resourceId } = first.json<Entry>();
        if (bodyHash !== entry.bodyHash) throw new RequestRefused('idempotency_key_reused');
        return { resourceId, isReplay: true, release: async () => {} };
      }
    },
  };
};
