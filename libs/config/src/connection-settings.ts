import { integer, setting, type Setting } from './setting.ts';

/** How long and how many connections to the API may be. */
export const connectionSettings = {
  MAX_CONNECTIONS_PER_ADDRESS: setting(
    'access',
    integer(0, 1_000_000),
    'How many connections an address may have open, a network of IPv6 (/64) counting as one; 0: any number. Behind TRUSTED_PROXIES: how many requests a client may have in hand.',
    { preset: '512' },
  ),
  REQUEST_HEADERS_SECONDS: setting('access', integer(1, 600), 'How long a request may take until its body begins.', {
    preset: '10',
  }),
  REQUEST_BODY_WINDOW_SECONDS: setting(
    'access',
    integer(1, 600),
    'How long the body of a request may pause; three times as long, an answer may stay unread.',
    { preset: '30' },
  ),
  REQUEST_BODY_MIN_BYTES_PER_SECOND: setting(
    'access',
    integer(0, 1_000_000_000),
    'A body that is slower than this throughout such a time is given up; 0: any byte in it will do.',
    { preset: '256' },
  ),
  KEEP_ALIVE_SECONDS: setting(
    'access',
    integer(1, 3600),
    'How long a connection may stay open between requests; longer than that of the proxy in front.',
    { preset: '72' },
  ),
} as const satisfies Record<string, Setting>;
