import type { FastifyReply } from 'fastify';
import type { ServiceContext } from '@ffapi/service-kit';
import type { Counters } from '../live/counters.ts';
import { RequestRefused } from './problem.ts';

export interface RateLimit {
  /** Counts a request of a key and says how many are left; refuses one too many. */
  countKey(keyId: string, reply: FastifyReply | null): Promise<void>;
  /** Counts a request of an address that has no key, or a wrong one. */
  countAddress(address: string, reply: FastifyReply | null): Promise<void>;
}

export interface RateLimitOptions {
  readonly counters: Counters;
  readonly context: Pick<ServiceContext, 'config'>;
  /** The tenant of the first admin key: limited when the operator says so. */
  readonly firstAdminId: string;
}

const windowSeconds = 60;
const perMinuteDefault = 60;

/**
 * So many requests a minute for a key, and for an address without one, in all replicas together; told by `RateLimit`
 * headers (draft-ietf-httpapi-ratelimit-headers-11).
 */
export const createRateLimit = ({ counters, context, firstAdminId }: RateLimitOptions): RateLimit => {
  const { RATE_LIMIT_REQUESTS_PER_MINUTE: given } = context.config;
  const limit = given ?? perMinuteDefault;
  /** Those who have used up their minute, and when it ends: counting on would tell nothing new. */
  const usedUp = new Map<string, number>();

  const count = async (what: 'key' | 'address', of: string, reply: FastifyReply | null): Promise<void> => {
    if (limit === 0) return;
    const name = `${what} ${of}`;
    const left = ((usedUp.get(name) ?? 0) - performance.now()) / 1000;
    if (left > 0) return refuseFor(Math.ceil(left), reply);
    const { total, secondsLeft } = await counters.add({ what, of, windowSeconds });
    tell(reply, Math.max(0, limit - total), secondsLeft);
    if (total <= limit) return;
    if (usedUp.size > 10_000) usedUp.clear();
    usedUp.set(name, performance.now() + secondsLeft * 1000);
    refuseFor(secondsLeft, reply);
  };

  const tell = (reply: FastifyReply | null, remaining: number, secondsLeft: number): void => {
    reply?.header('ratelimit-policy', `"default";q=${limit};w=${windowSeconds}`);
    reply?.header('ratelimit', `"default";r=${remaining};t=${secondsLeft}`);
  };

  const refuseFor = (secondsLeft: number, reply: FastifyReply | null): never => {
    tell(reply, 0, secondsLeft);
    throw new RequestRefused('rate_limited', {
      detail: `${limit} requests a minute are taken here.`,
      retryAfterSeconds: secondsLeft,
    });
  };

  return {
    countKey: async (keyId, reply) => {
      if (keyId !== firstAdminId || given !== undefined) await count('key', keyId, reply);
    },
    countAddress: (address, reply) => count('address', address, reply),
  };
};
