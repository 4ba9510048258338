/** Which pages of others may call the API from a browser: those of these origins, or any (`*`). */
export type AllowedOrigins = readonly string[];

export interface CrossOrigin {
  readonly path: string;
  /** The header `Origin`; absent: no page of another origin asks. */
  readonly origin: string | undefined;
}

export type HeaderMap = Readonly<Record<string, string>>;

/** What scripts may read of an answer, beside what they always may (Fetch, 3.3.2). */
const exposed = [
  'accept-ranges',
  'content-disposition',
  'content-length',
  'content-range',
  'etag',
  'idempotent-replayed',
  'location',
  'preference-applied',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'x-next-cursor',
  'x-request-id',
].join(', ');

/** What scripts may send. */
const sent = [
  'authorization',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'last-event-id',
  'prefer',
  'range',
  'traceparent',
  'x-api-key',
  'x-request-id',
].join(', ');

/** As long as browsers remember it, or more. */
const rememberedSeconds = 86_400;

/** A signed link is its own permission: a player anywhere may use it, as anyone may who has it. */
const isSignedLink = (path: string): boolean => /^(\/v1)?\/files\/~/.test(path);

/**
 * The headers that let a page of another origin read an answer. Never with cookies: a key is sent by a script that has
 * it, and sessions are for pages of the platform.
 */
export const crossOriginHeaders = ({ path, origin }: CrossOrigin, allowed: AllowedOrigins): HeaderMap => {
  if (isSignedLink(path))
    return {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': exposed,
      'cross-origin-resource-policy': 'cross-origin',
      'timing-allow-origin': '*',
    };
  if (allowed.length === 0) return {};
  const isAny = allowed.includes('*');
  // Caches must not give one origin the answer for another.
  const vary: HeaderMap = isAny ? {} : { vary: 'Origin' };
  if (origin === undefined || !(isAny || allowed.includes(origin))) return vary;
  return {
    ...vary,
    'access-control-allow-origin': isAny ? '*' : origin,
    'access-control-expose-headers': exposed,
  };
};

/** What a browser may send there, in answer to its question before (preflight). */
export const preflightHeaders = (methods: readonly string[]): HeaderMap => ({
  'access-control-allow-methods': methods.join(', '),
  'access-control-allow-headers': sent,
  'access-control-max-age': String(rememberedSeconds),
});
