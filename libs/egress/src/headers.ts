import { EgressFailure } from './failure.ts';

/** What a user may send along when the platform fetches a URL; `authorization` has its own field. */
export const fetchHeaderNames = ['accept', 'accept-language', 'ngrok-skip-browser-warning', 'user-agent'] as const;

// Headers that frame the message or choose its receiver belong to the dialler.
const framingNames = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export type Headers = Readonly<Record<string, string>>;

/** Lower-cased headers of a fetch; throws for a name outside the allow-list. */
export const fetchHeaders = (given: Headers = {}, authorization?: string): Record<string, string> => {
  // Media is compressed already, and a size limit on packed bytes says nothing about the unpacked ones.
  const headers: Record<string, string> = { 'user-agent': 'ffapi', accept: '*/*', 'accept-encoding': 'identity' };
  for (const [name, value] of entries(given)) {
    if (!fetchHeaderNames.some((allowed) => allowed === name)) throw new EgressFailure('header_refused', name);
    headers[name] = value;
  }
  return authorization === undefined ? headers : { ...headers, ...Object.fromEntries(entries({ authorization })) };
};

/** Lower-cased headers of a call; throws for those that frame the message. */
export const sendHeaders = (given: Headers = {}): Record<string, string> => {
  const headers: Record<string, string> = { 'user-agent': 'ffapi' };
  for (const [name, value] of entries(given)) {
    if (framingNames.has(name)) throw new EgressFailure('header_refused', name);
    headers[name] = value;
  }
  return headers;
};

const entries = (headers: Headers): [string, string][] =>
  Object.entries(headers).map(([name, value]) => {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new EgressFailure('header_refused', 'a name is not valid');
    if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value))
      throw new EgressFailure('header_refused', `${name} is not valid`);
    return [name.toLowerCase(), value];
  });
