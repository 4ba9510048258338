import type { z } from 'zod';
import type { Route } from './route.ts';

/*
 * What a declared route says, as types; of `Route` itself, no more than holds for every route.
 */

/** The parameters of its path. */
export type ParamsOf<R extends Route> = R extends { readonly params: infer P }
  ? { readonly [N in keyof P]: string }
  : Readonly<Record<'params' extends keyof R ? string : never, string>>;

/** Its query, parsed. */
export type QueryOf<R extends Route> = R extends { readonly query: infer Q extends z.ZodObject }
  ? Readonly<z.output<Q>>
  : Readonly<Record<'query' extends keyof R ? string : never, unknown>>;

/** Its body, parsed. */
export type BodyOf<R extends Route> = R extends { readonly body: infer B extends z.ZodType } ? z.output<B> : unknown;

type Immutable<T> = T extends readonly (infer E)[]
  ? readonly Immutable<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Immutable<T[K]> }
    : T;

type JsonOf<R> =
  | (R extends { readonly response: infer A extends z.ZodType } ? z.output<A> : never)
  | (R extends { readonly otherwise: Readonly<Record<number, { readonly response: infer O extends z.ZodType }>> }
      ? z.output<O>
      : never);

/** What it may be answered with: values of its schemas, texts where it answers other types than JSON. */
export type AnswerOf<R extends Route> = R extends { readonly answers: 'text' | 'html' }
  ? string
  : Immutable<JsonOf<R>> | (R extends { readonly contentTypes: readonly string[] } ? string : never);
