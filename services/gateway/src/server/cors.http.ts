import type { FastifyInstance } from 'fastify';
import type { ServiceContext } from '@ffapi/service-kit';
import { crossOriginHeaders, preflightHeaders, type AllowedOrigins } from './cross-origin.ts';
import { methodsOf, pathOf, RequestRefused } from '../requests/index.ts';

/** Lets pages of other origins read answers, as `CORS_ORIGINS` allows and signed links always do; answers OPTIONS. */
export const addCors = (instance: FastifyInstance, { CORS_ORIGINS }: ServiceContext['config']): void => {
  const allowed: AllowedOrigins = CORS_ORIGINS ?? [];
  instance.addHook('onRequest', async (request, reply) => {
    const headers = crossOriginHeaders({ path: pathOf(request.url), origin: request.headers.origin }, allowed);
    // On the answer itself: streams are written past Fastify's own.
    for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value);
  });
  instance.options('*', async (request, reply) => {
    const methods = methodsOf(request.url);
    if (methods.length === 0) throw new RequestRefused('not_found');
    const isLetIn = reply.raw.hasHeader('access-control-allow-origin');
    return reply
      .code(204)
      .headers({ allow: methods.join(', '), ...(isLetIn ? preflightHeaders(methods) : {}) })
      .send();
  });
};
