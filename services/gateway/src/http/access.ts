import { createSecretKey, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isInRanges, scopesOf, type ApiKey } from '@ffapi/api-keys';
import { scopeNames, type Route } from '@ffapi/contracts';
import { adminKey, keyDigest, pepperOf, type ServiceContext, type SettingsNow } from '@ffapi/service-kit';
import type { KnownKeys } from '../live/known-keys.ts';
import type { Caller, Who } from './caller.ts';
import type { People } from './people.ts';
import { RequestRefused } from './problem.ts';
import type { RateLimit } from './rate-limit.ts';

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

const firstAdmin: Who = { keyId: adminKeyId, isAdmin: true, isAnonymous: false, scopes: scopeNames, session: null };
const nobody: Who = { keyId: '', isAdmin: false, isAnonymous: true, scopes: [], session: null };

const holderOf = (key: ApiKey): Who => ({
  keyId: key.keyId,
  isAdmin: key.role === 'admin',
  isAnonymous: false,
  scopes: scopesOf(key),
  session: null,
});

export interface AccessPorts {
  readonly keys: KnownKeys;
  readonly people: People;
  readonly limits: RateLimit;
  readonly settings: SettingsNow;
}

/** Checks keys and sessions: of the whole table of routes none is open that does not say so. */
export const createAccess = (
  { config, dataDir, masterKey, now }: ServiceContext,
  { keys: { ring, use }, people, limits, settings }: AccessPorts,
): Access => {
  const pepper = createSecretKey(pepperOf(config, masterKey));
  const admin = keyDigest(pepper, adminKey(config, dataDir).key);

  /** The same work for every text, so that the time it takes tells nothing of it. */
  const whoHas = (text: string, ip: string): Who | null => {
    const digest = keyDigest(pepper, text);
    if (timingSafeEqual(digest, admin)) return firstAdmin;
    const key = ring.find(digest.toString('hex'), now());
    if (!key) return null;
    if (!isInRanges(key.allowedIps, ip)) throw new RequestRefused('address_not_allowed');
    if (key.suspended)
      throw new RequestRefused('key_suspended', { detail: `This key is suspended: ${key.suspended.reason}` });
    use.note(key.keyId);
    return holderOf(key);
  };

  const refuseAddress = (route: Route, ip: string): void => {
    const { enable_whitelist: isListed, whitelist_entries: entries } = settings();
    const isOpen = route.access === 'public' && route.method === 'GET';
    if (isListed && !isOpen && !isInRanges(entries, ip)) throw new RequestRefused('ip_not_whitelisted');
  };

  /** Where no key is needed, browsers are held to pages of this machine: any other page could use it, too. */
  const withoutKey = (request: FastifyRequest): Who => {
    people.refuseForeign(request);
    if (!people.cookies.isAtHome(request)) throw new RequestRefused('api_key_required');
    return firstAdmin;
  };

  const identify = async (route: Route, request: FastifyRequest): Promise<Who> => {
    refuseAddress(route, request.ip);
    const text = given(request);
    const isNeeded = settings().require_api_key && route.access !== 'public' && route.isSigned !== true;
    const who = text === null ? await people.identify(request, { route, isNeeded }) : whoHas(text, request.ip);
    if (who) return who;
    if (!settings().require_api_key) return withoutKey(request);
    if (route.access === 'public' || (route.isSigned && text === null)) return nobody;
    throw new RequestRefused(text === null ? 'api_key_required' : 'api_key_invalid');
  };

  /** What is watched and fetched all the time, by probes, browsers and players, is open and not counted. */
  const isFree = ({ access, isSigned }: Route, who: Who): boolean =>
    access === 'public' || (isSigned === true && who.isAnonymous);

  const identifyCounted = async (route: Route, request: FastifyRequest, reply: FastifyReply | null): Promise<Who> => {
    let who: Who;
    try {
      const { api_key: inQuery } = request.query as Record<string, unknown>;
      if (inQuery !== undefined) throw new RequestRefused('api_key_in_query');
      who = await identify(route, request);
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
      if (!who.isAnonymous && access !== 'public' && access !== 'key' && !who.scopes.includes(access))
        throw new RequestRefused('forbidden', { detail: `This needs the permission ${access}.` });
      return { ...who, ip: request.ip };
    },
  };
};
