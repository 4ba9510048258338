import type { FastifyReply } from 'fastify';
import type { ServiceContext, SettingsNow } from '@ffapi/service-kit';
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
  readonly settings: SettingsNow;
  /** The tenant of the first admin key: limited when the operator says so. */
  readonly firstAdminId: string;
}

const windowSeconds = 60;

/**
 * So many requests a minute for a key, and for an address without one, in all replicas together; told by `RateLimit`
 * headers (draft-ietf-httpapi-ratelimit-headers-11).
 */
export const createRateLimit = ({ counters, context, settings, firstAdminId }: RateLimitOptions): RateLimit => {
  const isGiven = (): boolean =>
    context.config.RATE_LIMIT_REQUESTS_PER_MINUTE !== undefined || settings().overridden.includes('rate_limit_rpm');

  const count = async (what: 'key' | 'address', of: string, reply: FastifyReply | null): Promise<void> => {
    const { rate_limit_rpm: limit } = settings();
    if (limit === 0) return;
    const { isOver, remaining, secondsLeft } = await counters.spend({ what, of, windowSeconds }, limit);
    reply?.header('ratelimit-policy', `"default";q=${limit};w=${windowSeconds}`);
    reply?.header('ratelimit', `"default";r=${remaining};t=${secondsLeft}`);
    if (!isOver) return;
    throw new RequestRefused('rate_limited', {
      detail: `${limit} requests a minute are taken here.`,
      retryAfterSeconds: secondsLeft,
    });
  };

  return {
    countKey: async (keyId, reply) => {
      if (keyId !== firstAdminId || isGiven()) await count('key', keyId, reply);
    },
    countAddress: (address, reply) => count('address', address, reply),
  };
};
