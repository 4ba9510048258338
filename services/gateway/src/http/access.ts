import { createSecretKey, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isInRanges, scopesOf, type ApiKey } from '@ffapi/api-keys';
import {
  scopeNames,
  type Actor,
  type AuthFailureReason,
  type RequestOrigin,
  type Route,
  type Scope,
} from '@ffapi/contracts';
import { adminKey, keyDigest, pepperOf, type ServiceContext } from '@ffapi/service-kit';
import type { AuthFacts } from '../live/auth-facts.ts';
import type { KnownKeys } from '../live/known-keys.ts';
import { RequestRefused } from './problem.ts';
import type { RateLimit } from './rate-limit.ts';

export interface Caller extends Actor {
  readonly isAnonymous: boolean;
  readonly scopes: readonly Scope[];
  readonly ip: string;
  readonly origin: RequestOrigin;
}

/** The caller as other services are told of them. */
export const actorOf = ({ keyId, isAdmin, origin }: Caller): Actor => ({ keyId, isAdmin, origin });

export interface Access {
  /** Who asks, counted against the limit of requests, or a refusal. `reply`: where limits are told. */
  admit(route: Route, request: FastifyRequest, reply: FastifyReply | null): Promise<Caller>;
}

/** The tenant of the first admin key. */
export const adminKeyId = 'key_admin';

const given = (request: FastifyRequest): string | null => {
  const { 'x-api-key': apiKey, 'x-admin-key': admin, authorization } = request.headers;
  if (typeof apiKey === 'string' && apiKey !== '') return apiKey;
  if (typeof admin === 'string' && request.url.startsWith('/admin/')) return admin;
  const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '');
  return bearer?.[1] ?? null;
};

const userAgentLengthMax = 256;

const originOf = ({ ip, headers: { 'user-agent': userAgent } }: FastifyRequest): RequestOrigin => ({
  ip,
  userAgent: userAgent?.slice(0, userAgentLengthMax) ?? null,
});

type Who = Omit<Caller, 'ip' | 'origin'>;

const firstAdmin: Who = { keyId: adminKeyId, isAdmin: true, isAnonymous: false, scopes: scopeNames };
const nobody: Who = { keyId: '', isAdmin: false, isAnonymous: true, scopes: [] };

const holderOf = (key: ApiKey): Who => ({
  keyId: key.keyId,
  isAdmin: key.role === 'admin',
  isAnonymous: false,
  scopes: scopesOf(key),
});

const refusals: Readonly<Record<AuthFailureReason, string>> = {
  unknown_key: 'api_key_invalid',
  missing_key: 'api_key_required',
  wrong_address: 'address_not_allowed',
  suspended: 'key_suspended',
  forbidden: 'forbidden',
  key_in_query: 'api_key_in_query',
};

/** Checks keys: of the whole table of routes none is open that does not say so. */
export const createAccess = (
  { config, dataDir, masterKey, now }: ServiceContext,
  { ring, use }: KnownKeys,
  { limits, facts }: { readonly limits: RateLimit; readonly facts: Pick<AuthFacts, 'note'> },
): Access => {
  const pepper = createSecretKey(pepperOf(config, masterKey));
  const admin = keyDigest(pepper, adminKey(config, dataDir).key);

  const refuse = (
    request: FastifyRequest,
    reason: AuthFailureReason,
    { keyId: apiKeyId = null, detail }: { readonly keyId?: string | null; readonly detail?: string } = {},
  ): never => {
    facts.note({ reason, apiKeyId, ...originOf(request) });
    throw new RequestRefused(refusals[reason], { ...(detail !== undefined && { detail }) });
  };

  /** The same work for every text, so that the time it takes tells nothing of it. */
  const whoHas = (text: string, request: FastifyRequest): Who | null => {
    const digest = keyDigest(pepper, text);
    if (timingSafeEqual(digest, admin)) return firstAdmin;
    const key = ring.find(digest.toString('hex'), now());
    if (!key) return null;
    const { keyId, suspended } = key;
    if (!isInRanges(key.allowedIps, request.ip)) return refuse(request, 'wrong_address', { keyId });
    if (suspended) return refuse(request, 'suspended', { keyId, detail: `This key is suspended: ${suspended.reason}` });
    use.note(keyId);
    return holderOf(key);
  };

  const identify = (route: Route, request: FastifyRequest): Who => {
    const text = given(request);
    const who = text === null ? null : whoHas(text, request);
    if (who) return who;
    if (!config.REQUIRE_API_KEY) return firstAdmin;
    if (route.access === 'public' || (route.isSigned && text === null)) return nobody;
    return refuse(request, text === null ? 'missing_key' : 'unknown_key');
  };

  /** What is watched and fetched all the time, by probes, browsers and players, is open and not counted. */
  const isFree = ({ access, isSigned }: Route, who: Who): boolean =>
    access === 'public' || (isSigned === true && who.isAnonymous);

  const identifyCounted = async (route: Route, request: FastifyRequest, reply: FastifyReply | null): Promise<Who> => {
    let who: Who;
    try {
      const { api_key: inQuery } = request.query as Record<string, unknown>;
      if (inQuery !== undefined) return refuse(request, 'key_in_query');
      who = identify(route, request);
    } catch (error) {
      await limits.countAddress(request.ip, reply);
      throw error;
    }
    if (!isFree(route, who)) await limits.countKey(who.keyId, reply);
    return who;
  };

  return {
    admit: async (route, request, reply) => {
      const who = await identifyCounted(route, request, reply);
      const { access } = route;
      const { keyId, isAnonymous } = who;
      if (!isAnonymous && access !== 'public' && access !== 'key' && !who.scopes.includes(access))
        return refuse(request, 'forbidden', { keyId, detail: `This needs the permission ${access}.` });
      const origin = originOf(request);
      if (!isAnonymous) facts.note({ reason: null, apiKeyId: keyId, ...origin });
      return { ...who, ip: request.ip, origin };
    },
  };
};
