import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type {
  AnswerOf,
  BodyOf,
  ById,
  ParamsOf,
  QueryOf,
  Route,
  RouteId,
  RoutesById,
  SubmitBody,
} from '@ffapi/contracts';
import type { Caller } from '../identity/index.ts';

/** One request, checked: what it may, what it says. */
export interface Call<R extends Route = Route> {
  readonly route: Route;
  readonly caller: Caller;
  readonly params: ParamsOf<R>;
  readonly query: QueryOf<R>;
  readonly body: BodyOf<R>;
  readonly requestId: string;
  /** For what this request causes; `null` without tracing. */
  readonly traceparent: string | null;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  header(name: string): string | undefined;
}

/** They go out as they are, whatever their route answers with. */
type Bytes = Readable | Uint8Array;

/** What is sent back. */
export interface Answer<Body = unknown> {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body | Bytes;
}

interface Bodiless extends Answer<never> {
  readonly status: 302 | 303 | 304;
  readonly body?: never;
}

type AnswerTo<R extends Route> = R extends { readonly answers: 'nothing' }
  ? Answer<never>
  : R extends { readonly answers: 'stream' }
    ? Answer<AnswerOf<R>>
    : (Answer<AnswerOf<R>> & { readonly body: AnswerOf<R> | Bytes }) | Bodiless;

/** Serves one route, with what its schemas have made of the request; `undefined`: it has answered by itself. */
export type HandlerOf<R extends Route> = (call: Call<R>) => Promise<AnswerTo<R> | undefined>;

/** A handler for every route there is. */
export type Handlers = { readonly [Id in RouteId]: HandlerOf<RoutesById[Id]> };

/** The handlers of these routes. */
export type HandlersFor<Ids extends RouteId> = Pick<Handlers, Ids>;

/** The handlers of a table of routes. */
export type HandlersOf<Table extends Readonly<Record<string, Route>>> = HandlersFor<keyof ById<Table> & RouteId>;

/** What the handler of a route is called with, and what it answers. */
export type CallOf<Id extends RouteId> = Call<RoutesById[Id]>;
export type AnswerFor<Id extends RouteId> = AnswerTo<RoutesById[Id]>;

/** A call that names something by the id in its path. */
export type CallWithId = Call & { readonly params: { readonly id: string } };

/** A call that submits work. */
export type SubmitCall = Call & { readonly body: SubmitBody };
