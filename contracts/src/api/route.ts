import type { z } from 'zod';
import type { Scope } from '../access/scopes.ts';
import type { ErrorCode } from '../errors/index.ts';
import type { FieldAlias } from '../operations/input-aliases.ts';
import type { PathParam } from './path-param.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** `public`: no key; `key`: any key, whatever it may; a scope: a key that has it, for its own resources. */
export type Access = 'public' | 'key' | Scope;

/** What is answered besides JSON. */
export type Answers = 'json' | 'stream' | 'text' | 'html' | 'nothing';

export type PathParams = Readonly<Record<string, PathParam>>;

interface AnyRoute {
  /** Names the operation in OpenAPI and the method in the SDKs. */
  readonly id: string;
  readonly method: Method;
  /** `{name}` marks a parameter, `{name*}` the rest of the path. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  /** `polls`: looking at one's own job or file again and again, counted apart from other requests. */
  readonly counted?: 'polls';
  /** A signed link does instead of a key. */
  readonly isSigned?: true;
  readonly params?: PathParams;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Names that its body takes beside those of its schema. */
  readonly aliases?: readonly FieldAlias[];
  /** Its body may come from the form of a page, too (`application/x-www-form-urlencoded`). */
  readonly takesForm?: true;
  /** The body is a multipart form with files in these fields; the first is required. */
  readonly upload?: readonly [string, ...string[]];
  /** What else the form may hold: texts by field, described. */
  readonly uploadTexts?: Readonly<Record<string, string>>;
  /** With an `Idempotency-Key` it makes one thing, however often it is sent. */
  readonly isIdempotent?: true;
  readonly success: number;
  /** Content types of its success, where the usual one of `answers` does not say all. */
  readonly contentTypes?: readonly [string, ...string[]];
  /** What else it answers with, by status. */
  readonly otherwise?: Readonly<Record<number, Otherwise>>;
  readonly errors?: readonly ErrorCode[];
  /**
   * The path is FFAPI 1's: its problems carry the word of old as `error`, too, and these statuses where it
   * answered with others than the table of errors.
   */
  readonly legacyStatuses?: Partial<Record<ErrorCode, number>>;
}

export interface Otherwise {
  /** When. */
  readonly description: string;
  /** Absent: it has no body. */
  readonly response?: z.ZodType;
  /** Headers that say what it is about, described. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One endpoint of the public API; one that answers JSON says what it answers. */
export type Route = AnyRoute &
  (
    | { readonly answers?: 'json'; readonly response: z.ZodType }
    | { readonly answers: Exclude<Answers, 'json'>; readonly response?: z.ZodType }
  );

type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Plain}*` ? Plain : Name) | ParamNames<Rest>
  : never;

/** Every parameter in the path of a route says what it names, and nothing else does. */
export type WithPathParams<R extends { readonly path: string }> = [ParamNames<R['path']>] extends [never]
  ? { readonly params?: never }
  : { readonly params: Readonly<Record<ParamNames<R['path']>, PathParam>> };

export const defineRoute = <const R extends Route>(route: R & WithPathParams<R>): R => route;
