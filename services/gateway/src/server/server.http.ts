import 'reflect-metadata';
import multipart from '@fastify/multipart';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { bodyBytesMax, pathsOf, routes, type Route } from '@ffapi/contracts';
import { nestLogger, type ServiceContext } from '@ffapi/service-kit';
import { parseTraceparent, withSpan } from '@ffapi/telemetry';
import type { Links } from '@ffapi/job-view';
import type { Access } from '../access/index.ts';
import {
  type Answer,
  type Call,
  type Handlers,
  fieldErrors,
  type FieldError,
  readJsonStrictly,
  asSent,
  nameFields,
  pathParamsOf,
  methodsOf,
  RequestRefused,
  problemOf,
} from '../requests/index.ts';
import { guardConnections, type ConnectionGuards } from './guard-connections.http.ts';
import { addCors } from './cors.http.ts';
import { readForms } from './form-bodies.http.ts';
import { addSecurityHeaders } from './security-headers.http.ts';

/** A handler as the server calls it: what it takes was parsed by the schemas of its own route. */
type AnyHandler = (call: Call) => Promise<Answer | undefined>;

const requestIdShape = /^[\w.:-]{1,128}$/;

class Hull {}
Module({})(Hull);

/** Nest's adapter on our Fastify; errors and unknown paths are answered by us, as problems. */
class GatewayAdapter extends FastifyAdapter {
  override setErrorHandler(): never {
    return this.getInstance() as never;
  }
  override setNotFoundHandler(): never {
    return this.getInstance() as never;
  }
}

export interface GatewayServer {
  readonly url: string;
  readonly fastify: FastifyInstance;
  readonly guards: ConnectionGuards;
  close(): Promise<void>;
}

/** Addresses and ranges whose word on the client counts. */
export const trustedProxies = ({ TRUSTED_PROXIES: given }: ServiceContext['config']): readonly string[] =>
  given?.split(',').map((each) => each.trim()) ?? [];

const fastifyPath = (path: string): string => path.replace(/\{[^}]*\*\}/, '*').replace(/\{([^}]+)\}/g, ':$1');

const check = (
  schema: Route['query'] | Route['body'],
  value: unknown,
  at: string,
): { value: unknown; errors: FieldError[] } => {
  if (!schema) return { value: {}, errors: [] };
  const parsed = schema.safeParse(value);
  return parsed.success
    ? { value: parsed.data, errors: [] }
    : { value: undefined, errors: fieldErrors(parsed.error.issues, at, { schema, value }) };
};

const callOf = async (
  route: Route,
  access: Access,
  request: FastifyRequest,
  reply: FastifyReply,
  traceparent: string | null,
): Promise<Call> => {
  const caller = await access.admit(route, request, reply);
  const params = pathParamsOf(route.params, request.params as Record<string, string>);
  nameFields(route, request);
  const query = check(route.query, request.query, '/query');
  const body = check(route.body, request.body ?? (route.body?.isOptional() ? undefined : {}), '');
  const errors = [...query.errors, ...body.errors];
  if (errors.length > 0)
    throw new RequestRefused('invalid_request', {
      errors,
      detail: `${errors.length === 1 ? 'One field is' : `${errors.length} fields are`} not valid.`,
    });
  return {
    route,
    caller,
    params,
    query: query.value as Record<string, unknown>,
    body: body.value,
    requestId: request.id,
    traceparent,
    request,
    reply,
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
  };
};

const bind = (instance: FastifyInstance, path: string, route: Route, handler: AnyHandler, access: Access): void => {
  instance.route({
    method: route.method,
    url: fastifyPath(path),
    config: { legacyStatuses: route.legacyStatuses, takesForm: route.takesForm },
    handler: async (request, reply) => {
      const parent = parseTraceparent(String(request.headers.traceparent)) ? String(request.headers.traceparent) : null;
      const span = {
        service: 'gateway',
        kind: 'server',
        parent,
        attributes: { 'http.route': path, 'http.request.method': route.method },
      } as const;
      const answer = await withSpan(`${route.method} ${path}`, span, async (traceparent) =>
        handler(await callOf(route, access, request, reply, traceparent)),
      );
      if (answer === undefined) return reply;
      reply.code(answer.status ?? route.success);
      for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value);
      return reply.send(answer.body);
    },
  });
};

/** The public API: every route of the contract with its handler, under Nest's life cycle. */
export const startGatewayServer = async (
  context: ServiceContext,
  handlers: Handlers,
  { access, links }: { readonly access: Access; readonly links: () => Links },
): Promise<GatewayServer> => {
  const { config, log } = context;
  const proxies = trustedProxies(config);
  const guards = guardConnections(context, { links, trusted: proxies });
  const instance: FastifyInstance = fastify({
    bodyLimit: bodyBytesMax,
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && requestIdShape.test(given) ? given : context.newId('req');
    },
    http: guards.http,
    clientErrorHandler: guards.broken.refuse,
    requestTimeout: 0,
    connectionTimeout: 0,
    keepAliveTimeout: guards.keepAliveMs,
    forceCloseConnections: true,
    // Longer than any head: what names nothing is answered as that, and not in the router's own words.
    routerOptions: { maxParamLength: 32_768, ignoreTrailingSlash: true },
    trustProxy: proxies.length > 0 ? [...proxies] : false,
  });
  instance.server.headersTimeout = guards.headersTimeoutMs;
  // A browser sends text/plain across origins without asking: nothing here is read from it.
  instance.removeContentTypeParser('text/plain');
  readJsonStrictly(instance);
  readForms(instance);
  const fail = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const { legacyStatuses } = (request.routeOptions.config ?? {}) as Pick<Route, 'legacyStatuses'>;
    const path = request.url.split('?')[0] ?? '/';
    const { status, headers, body, isUnexpected } = problemOf(
      error,
      { path, requestId: request.id, legacyStatuses },
      links(),
    );
    context.metrics.httpErrors.inc({ code: body.code });
    if (isUnexpected) log.error({ err: error, requestId: request.id }, 'request failed');
    if (reply.raw.headersSent) return reply.raw.destroy();
    return reply
      .code(status)
      .headers({ ...headers, 'content-type': 'application/problem+json' })
      .send(asSent(body, request));
  };
  instance.setErrorHandler(fail);
  instance.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request.url);
    if (methods.length === 0) return fail(new RequestRefused('not_found'), request, reply);
    reply.header('allow', methods.join(', '));
    const detail = `It takes ${methods.join(', ')}.`;
    return fail(new RequestRefused('method_not_allowed', { detail }), request, reply);
  });
  instance.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
  });
  guards.watch(instance);
  addSecurityHeaders(instance, config);
  addCors(instance, config);
  instance.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    context.metrics.httpRequests.inc({ route, method: request.method, status: String(reply.statusCode) });
    context.metrics.httpDuration.observe({ route }, reply.elapsedTime / 1000);
    const { method, id: requestId } = request;
    log.debug({ method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime), requestId }, 'request');
  });
  await instance.register(multipart, {
    limits: { files: 1, fields: 10, headerPairs: 100 },
  });
  for (const route of routes)
    for (const path of pathsOf(route)) bind(instance, path, route, handlers[route.id] as AnyHandler, access);
  const app = await NestFactory.create<NestFastifyApplication>(Hull, new GatewayAdapter(instance as never), {
    logger: nestLogger(log),
    abortOnError: false,
    bodyParser: false,
  });
  await app.listen(config.PORT, config.HOST);
  const address = instance.server.address();
  const port = typeof address === 'object' && address ? address.port : config.PORT;
  const host = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST;
  return { url: `http://${host}:${port}`, fastify: instance, guards, close: () => app.close() };
};
