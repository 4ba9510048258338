import {
  defaultQuota,
  noQuota,
  pollsPerRequest,
  quota,
  requestsPerMinuteDefault,
  roles,
  scopes,
  waitSecondsMax,
  type Quota,
  type Role,
} from '@ffapi/contracts';
import { code, generated, table } from './markdown.ts';

const names = Object.keys(quota.shape) as (keyof Quota)[];
const roleNames = Object.keys(roles) as Role[];
const quotaOfRole = (role: Role): Quota => (role === 'admin' ? noQuota : defaultQuota);
const shown = (limit: number | null): string => (limit === null ? 'no limit' : String(limit));
const mayOf = (role: Role): readonly string[] => roles[role];

/** The page of what each role may do and use when nothing else is set. */
export const quotasPage = (): string =>
  [
    generated,
    '',
    '# Quotas, limits and permissions',
    '',
    `${code('GET /v1/me')} tells a key what it may do and use, and what it has used. How to change it: [keys and quotas](../how-to/keys-and-quotas.md).`,
    '',
    '## Quotas',
    '',
    `What a key has when nothing was set for it; people who log in have the same by their role.`,
    '',
    table(
      ['Quota', 'Meaning', ...roleNames.map(code)],
      names.map((name) => [
        code(name),
        quota.shape[name].description ?? '',
        ...roleNames.map((role) => shown(quotaOfRole(role)[name])),
      ]),
    ),
    '',
    '## Limits of requests',
    '',
    table(
      ['Limit', 'Value'],
      [
        [
          'Requests a minute of a key, and of an address without a good key',
          `${requestsPerMinuteDefault}, or ${code('RATE_LIMIT_REQUESTS_PER_MINUTE')}; the first admin key has none until that is set`,
        ],
        [
          'Looks at single jobs and files, with their events, logs and downloads: counted apart',
          `${pollsPerRequest} times as many: ${requestsPerMinuteDefault * pollsPerRequest}`,
        ],
        ['Signed links, health and documentation', 'not counted'],
        [`${code('Prefer: wait=N')} of a submit and of ${code('GET /v1/jobs/{id}')}`, `up to ${waitSecondsMax} s`],
      ],
    ),
    '',
    '## Permissions',
    '',
    table(
      ['Permission', 'Allows', ...roleNames.map(code)],
      Object.entries(scopes).map(([scope, meaning]) => [
        code(scope),
        meaning,
        ...roleNames.map((role) => (mayOf(role).includes(scope) ? 'yes' : '')),
      ]),
    ),
    '',
  ].join('\n');
