import { createSecretKey, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isInRanges, scopesOf, type ApiKey } from '@ffapi/api-keys';
import { scopeNames, type AuthFailureReason, type RequestOrigin, type Route } from '@ffapi/contracts';
import { adminKey, keyDigest, pepperOf, type ServiceContext, type SettingsNow } from '@ffapi/service-kit';
import type { AuthEventRecorder, People } from '../sessions/index.ts';
import type { KeyDirectory } from './key-directory.state.ts';
import type { Caller, Principal } from '../identity/index.ts';
import { RequestRefused } from '../requests/index.ts';
import type { RateLimit } from './rate-limit.state.ts';

export interface Access {
  /** Who asks, counted against the limit of requests, or a refusal. `reply`: where limits are told. */
  admit(route: Route, request: FastifyRequest, reply: FastifyReply | null): Promise<Caller>;
  /** Why a caller who was admitted would not be now, as far as is known here; `null`: they would be. */
  lapse(caller: Caller, route: Route): string | null;
  /** Why the session of a caller has ended, as all replicas know it; `null`: it has not, or there is none. */
  sessionLapse(caller: Caller): Promise<string | null>;
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

const noCredential = { session: null, secretDigest: null } as const;
const firstAdmin: Principal = {
  keyId: adminKeyId,
  isAdmin: true,
  isAnonymous: false,
  scopes: scopeNames,
  ...noCredential,
};
/** Whoever is at the machine while keys are off: an admin who cannot change who may come in. */
const atHome: Principal = {
  ...firstAdmin,
  scopes: scopeNames.filter((scope) => scope !== 'keys:manage' && scope !== 'settings:manage'),
};
const nobody: Principal = { keyId: '', isAdmin: false, isAnonymous: true, scopes: [], ...noCredential };

const holderOf = (key: ApiKey, secretDigest: string): Principal => ({
  keyId: key.keyId,
  isAdmin: key.role === 'admin',
  isAnonymous: false,
  scopes: scopesOf(key),
  session: null,
  secretDigest,
});

const refusals: Readonly<Record<AuthFailureReason, string>> = {
  unknown_key: 'api_key_invalid',
  missing_key: 'api_key_required',
  wrong_address: 'address_not_allowed',
  suspended: 'key_suspended',
  forbidden: 'forbidden',
  key_in_query: 'api_key_in_query',
  not_whitelisted: 'ip_not_whitelisted',
  wrong_login: 'login_failed',
  session_ended: 'session_ended',
  forged: 'csrf_refused',
};

export interface AccessPorts {
  readonly keys: KeyDirectory;
  readonly people: People;
  readonly limits: RateLimit;
  readonly settings: SettingsNow;
  readonly facts: Pick<AuthEventRecorder, 'note'>;
}

/** Checks keys and sessions: of the whole table of routes none is open that does not say so. */
export const createAccess = (
  { config, dataDir, masterKey, now }: ServiceContext,
  { keys: { ring, use }, people, limits, settings, facts }: AccessPorts,
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
  const authenticateKey = (text: string, request: FastifyRequest): Principal | null => {
    const digest = keyDigest(pepper, text);
    const secretDigest = digest.toString('hex');
    if (timingSafeEqual(digest, admin)) return { ...firstAdmin, secretDigest };
    const key = ring.find(secretDigest, now());
    if (!key) return null;
    const { keyId, suspended } = key;
    if (!isInRanges(key.allowedIps, request.ip)) return refuse(request, 'wrong_address', { keyId });
    if (suspended) return refuse(request, 'suspended', { keyId, detail: `This key is suspended: ${suspended.reason}` });
    use.note(keyId);
    return holderOf(key, secretDigest);
  };

  const isShutOut = (route: Route, ip: string): boolean => {
    const { enable_whitelist: isListed, whitelist_entries: entries } = settings();
    const isOpen = route.access === 'public' && route.method === 'GET';
    return isListed && !isOpen && !isInRanges(entries, ip);
  };

  /** Where no key is needed, browsers are held to pages of this machine: any other page could use it, too. */
  const withoutKey = (request: FastifyRequest): Principal => {
    people.refuseForeign(request);
    if (!people.cookies.isAtHome(request)) return refuse(request, 'missing_key');
    return atHome;
  };

  const identify = async (route: Route, request: FastifyRequest): Promise<Principal> => {
    if (isShutOut(route, request.ip)) return refuse(request, 'not_whitelisted');
    const text = given(request);
    const isNeeded = settings().require_api_key && route.access !== 'public' && route.isSigned !== true;
    const who = text === null ? await people.identify(request, { route, isNeeded }) : authenticateKey(text, request);
    if (who) return who;
    if (!settings().require_api_key) return withoutKey(request);
    if (route.access === 'public' || (route.isSigned && text === null)) return nobody;
    return refuse(request, text === null ? 'missing_key' : 'unknown_key');
  };

  /** What is watched and fetched all the time, by probes, browsers and players, is open and not counted. */
  const isFree = ({ access, isSigned }: Route, who: Principal): boolean =>
    access === 'public' || (isSigned === true && who.isAnonymous);

  /** What was wrong with a session is found elsewhere, and noted here. */
  const noteSession = (request: FastifyRequest, error: unknown): void => {
    const reason = (['session_ended', 'forged'] as const).find(
      (each) => refusals[each] === (error as { code?: string }).code,
    );
    if (reason !== undefined) facts.note({ reason, apiKeyId: null, ...originOf(request) });
  };

  const identifyCounted = async (
    route: Route,
    request: FastifyRequest,
    reply: FastifyReply | null,
  ): Promise<Principal> => {
    let who: Principal;
    try {
      const { api_key: inQuery } = request.query as Record<string, unknown>;
      if (inQuery !== undefined) return refuse(request, 'key_in_query');
      who = await identify(route, request);
    } catch (error) {
      noteSession(request, error);
      await limits.countAddress(request.ip, reply);
      throw error;
    }
    if (!isFree(route, who)) await limits.countKey(who.keyId, reply, route.counted);
    return who;
  };

  const keyLapse = ({ ip, isAdmin, secretDigest }: Caller, route: Route): AuthFailureReason | null => {
    if (secretDigest === admin.toString('hex')) return null;
    const key = ring.find(secretDigest ?? '', now());
    if (!key) return 'unknown_key';
    if (!isInRanges(key.allowedIps, ip)) return 'wrong_address';
    if (key.suspended) return 'suspended';
    const { access } = route;
    const isGranted = access === 'public' || access === 'key' || scopesOf(key).includes(access);
    return isGranted && (key.role === 'admin') === isAdmin ? null : 'forbidden';
  };

  const lapseOf = (caller: Caller, route: Route): AuthFailureReason | null => {
    const { ip, keyId, session, secretDigest, isAnonymous } = caller;
    if (isShutOut(route, ip)) return 'not_whitelisted';
    if (session) return people.holds(keyId, session) ? null : 'session_ended';
    if (secretDigest !== null) return keyLapse(caller, route);
    return !isAnonymous && settings().require_api_key ? 'missing_key' : null;
  };

  return {
    lapse: (caller, route) => {
      const reason = lapseOf(caller, route);
      return reason && refusals[reason];
    },
    sessionLapse: async ({ session }) =>
      session === null || (await people.isOpen(session)) ? null : refusals.session_ended,
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
