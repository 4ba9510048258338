import type { FastifyReply } from 'fastify';
import { pollsPerRequest, type Route } from '@ffapi/contracts';
import type { ServiceContext, SettingsNow } from '@ffapi/service-kit';
import { type Counters, RequestRefused } from '../requests/index.ts';

export interface RateLimit {
  /** Requests a minute of a key; `null`: no limit. */
  perMinute(keyId: string): number | null;
  /** Counts a request of a key and says how many are left; refuses one too many. Polls are counted apart. */
  countKey(keyId: string, reply: FastifyReply | null, counted: Route['counted']): Promise<void>;
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

interface Count {
  readonly what: 'key' | 'polls' | 'address';
  readonly of: string;
  readonly limit: number;
  /** Names the limit in the headers. */
  readonly policy: 'default' | 'polls';
}

/**
 * So many requests a minute for a key, and for an address without one, in all replicas together; told by `RateLimit`
 * headers (draft-ietf-httpapi-ratelimit-headers-11).
 */
export const createRateLimit = ({ counters, context, settings, firstAdminId }: RateLimitOptions): RateLimit => {
  const isGiven = (): boolean =>
    context.config.RATE_LIMIT_REQUESTS_PER_MINUTE !== undefined || settings().overridden.includes('rate_limit_rpm');

  const perMinute = (keyId: string): number | null => {
    const { rate_limit_rpm: limit } = settings();
    return limit === 0 || (keyId === firstAdminId && !isGiven()) ? null : limit;
  };

  const count = async ({ what, of, limit, policy }: Count, reply: FastifyReply | null): Promise<void> => {
    const { isOver, remaining, secondsLeft } = await counters.spend({ what, of, windowSeconds }, limit);
    reply?.header('ratelimit-policy', `"${policy}";q=${limit};w=${windowSeconds}`);
    reply?.header('ratelimit', `"${policy}";r=${remaining};t=${secondsLeft}`);
    if (!isOver) return;
    throw new RequestRefused('rate_limited', {
      detail: `${limit} ${policy === 'polls' ? 'looks at jobs and files' : 'requests'} a minute are taken here.`,
      retryAfterSeconds: secondsLeft,
    });
  };

  return {
    perMinute,
    countKey: async (keyId, reply, counted) => {
      const limit = perMinute(keyId);
      if (limit === null) return;
      if (counted === undefined) return count({ what: 'key', of: keyId, limit, policy: 'default' }, reply);
      await count({ what: 'polls', of: keyId, limit: limit * pollsPerRequest, policy: 'polls' }, reply);
    },
    countAddress: async (address, reply) => {
      const { rate_limit_rpm: limit } = settings();
      if (limit !== 0) await count({ what: 'address', of: address, limit, policy: 'default' }, reply);
    },
  };
};
