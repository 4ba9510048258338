import { createSecretKey, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Actor, Route } from '@ffapi/contracts';
import { adminKey, derivedKey, keyDigest, type ServiceContext } from '@ffapi/service-kit';
import { RequestRefused } from './problem.ts';

export interface Caller extends Actor {
  readonly isAnonymous: boolean;
  readonly ip: string;
}

export interface Access {
  /** Who asks, or a refusal. */
  admit(route: Route, request: FastifyRequest): Caller;
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

/** Checks keys: of the whole table of routes none is open that does not say so. */
export const createAccess = (context: ServiceContext): Access => {
  const { config, dataDir, masterKey } = context;
  const pepper = createSecretKey(
    config.API_KEY_PEPPER ? Buffer.from(config.API_KEY_PEPPER) : derivedKey(masterKey, 'api-key-pepper'),
  );
  const admin = keyDigest(pepper, adminKey(config, dataDir).key);
  const isAdmin = (key: string): boolean => timingSafeEqual(keyDigest(pepper, key), admin);
  return {
    admit: (route, request) => {
      const { api_key: inQuery } = request.query as Record<string, unknown>;
      if (inQuery !== undefined) throw new RequestRefused('api_key_in_query');
      const key = given(request);
      const caller = { keyId: adminKeyId, isAdmin: true, isAnonymous: false, ip: request.ip };
      if (key !== null && isAdmin(key)) return caller;
      if (!config.REQUIRE_API_KEY) return caller;
      if (route.access === 'public' || (route.access === 'link' && key === null))
        return { keyId: '', isAdmin: false, isAnonymous: true, ip: request.ip };
      throw new RequestRefused(key === null ? 'api_key_required' : 'api_key_invalid');
    },
  };
};
