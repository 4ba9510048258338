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
  /** Those who have used up a minute's requests, of how many, and when it ends: counting on would tell nothing new. */
  const usedUp = new Map<string, { readonly limit: number; readonly untilMs: number }>();

  const isGiven = (): boolean =>
    context.config.RATE_LIMIT_REQUESTS_PER_MINUTE !== undefined || settings().overridden.includes('rate_limit_rpm');

  const count = async (what: 'key' | 'address', of: string, reply: FastifyReply | null): Promise<void> => {
    const { rate_limit_rpm: limit } = settings();
    if (limit === 0) return;
    const name = `${what} ${of}`;
    const used = usedUp.get(name);
    const left = used?.limit === limit ? (used.untilMs - performance.now()) / 1000 : 0;
    if (left > 0) return refuseFor(limit, Math.ceil(left), reply);
    const { total, secondsLeft } = await counters.add({ what, of, windowSeconds });
    tell(reply, limit, Math.max(0, limit - total), secondsLeft);
    if (total <= limit) return;
    if (usedUp.size > 10_000) usedUp.clear();
    usedUp.set(name, { limit, untilMs: performance.now() + secondsLeft * 1000 });
    refuseFor(limit, secondsLeft, reply);
  };

  const tell = (reply: FastifyReply | null, limit: number, remaining: number, secondsLeft: number): void => {
    reply?.header('ratelimit-policy', `"default";q=${limit};w=${windowSeconds}`);
    reply?.header('ratelimit', `"default";r=${remaining};t=${secondsLeft}`);
  };

  const refuseFor = (limit: number, secondsLeft: number, reply: FastifyReply | null): never => {
    tell(reply, limit, 0, secondsLeft);
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
