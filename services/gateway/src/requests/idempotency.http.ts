import { createHash } from 'node:crypto';
import { openBucket } from '@ffapi/bus';
import { errorRow } from '@ffapi/contracts';
import { Refusal } from '@ffapi/es';
import type { KV } from '@nats-io/kv';
import type { ServiceContext } from '@ffapi/service-kit';
import { RequestRefused } from './problem.http.ts';
import type { Call } from './handler.http.ts';

export interface Claim {
  /** The id the resource has, whoever asked first. */
  readonly resourceId: string;
  readonly isReplay: boolean;
  /** Forgets the claim. */
  release(): Promise<void>;
}

export interface Idempotency {
  /**
   * Ties `Idempotency-Key` to one id for a day; without the header every call is its own. `content` is what has to be
   * the same again, where that is not the body as it was read.
   */
  claim(call: Call, newId: () => string, content?: unknown): Promise<Claim>;
  /** Whether the key of a call was claimed before, whatever it was sent with. */
  isClaimed(call: Call): Promise<boolean>;
}

/** A call without a key: its own, whatever came before. */
export const unclaimed = (resourceId: string): Claim => ({ resourceId, isReplay: false, release: async () => {} });

/** The header that tells a repeat from the first answer. */
export const replayed = ({ isReplay }: Pick<Claim, 'isReplay'>): Readonly<Record<string, string>> =>
  isReplay ? { 'idempotent-replayed': 'true' } : {};

export const isRefusal = (error: unknown): boolean =>
  (error instanceof RequestRefused || error instanceof Refusal) && errorRow(error.code).status < 500;

/** Does what a claim is for. A refused request made nothing: its key may come again with a mended body. */
export const underClaim = async <T>(claim: Claim, make: () => Promise<T>): Promise<T> => {
  try {
    return await make();
  } catch (error) {
    if (!claim.isReplay && isRefusal(error)) await claim.release();
    throw error;
  }
};

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
  const nameOf = ({ caller, route, request }: Call, key: string): string =>
    digest([caller.keyId, route.id, request.params, key]);
  return {
    isClaimed: async (call) => {
      const key = call.header('idempotency-key');
      return key !== undefined && keyShape.test(key) && (await bucket.get(nameOf(call, key)))?.operation === 'PUT';
    },
    claim: async (call, newId, content = call.request.body) => {
      const key = call.header('idempotency-key');
      if (key === undefined) return unclaimed(newId());
      if (!keyShape.test(key)) {
        throw new RequestRefused('invalid_request', {
          detail: 'Idempotency-Key must be 1 to 255 visible ASCII characters.',
        });
      }
      const name = nameOf(call, key);
      const entry: Entry = { bodyHash: digest([call.request.query, content]), resourceId: newId() };
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
