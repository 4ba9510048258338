import type { GuardRules } from './dial.ts';
import { exchange, type Exchange, type ExchangeRequest } from './exchange.ts';
import { EgressFailure } from './failure.ts';
import { guardUrl } from './guard-url.ts';

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

export interface Followed extends Exchange {
  readonly url: URL;
}

/** The first answer that is no redirect; every hop passes the guard and is dialled anew. */
export const follow = async (
  text: string,
  request: ExchangeRequest,
  redirectsMax: number,
  rules: GuardRules,
): Promise<Followed> => {
  let url = guardUrl(text, rules);
  let headers = request.headers;
  for (let hops = 0; ; hops++) {
    const answer = await exchange(url, { ...request, headers }, rules).catch((error: unknown) => {
      throw hops > 0 ? refusedHop(error) : error;
    });
    const location = answer.headers.location;
    if (!redirectStatuses.has(answer.status) || location === undefined) return { ...answer, url };
    answer.close();
    if (hops === redirectsMax) throw new EgressFailure('redirect_refused', `more than ${redirectsMax} redirects`);
    const next = guardHop(location, url, rules);
    // A credential is for the server it was given for.
    if (next.origin !== url.origin) headers = withoutAuthorization(headers);
    url = next;
  }
};

const guardHop = (location: string, from: URL, rules: GuardRules): URL => {
  try {
    return guardUrl(URL.canParse(location) ? location : (URL.parse(location, from.href)?.href ?? location), rules);
  } catch (error) {
    throw refusedHop(error);
  }
};

const refusedHop = (error: unknown): unknown =>
  error instanceof EgressFailure && error.code.startsWith('url_')
    ? new EgressFailure('redirect_refused', error.message.replace(/\.$/, ''), { cause: error })
    : error;

const withoutAuthorization = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'authorization'));
