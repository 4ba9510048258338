import { quota, roles, routes, scopeNames, type Quota, type Role, type Scope } from '@ffapi/contracts';
import type { NewKey } from './keys-client.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface Attacker extends NewKey {
  readonly is: string;
  readonly scopes: readonly Scope[];
  readonly isAdmin: boolean;
  /** Keys that it made: one as it is, one that an admin has suspended. */
  readonly child: string;
  readonly suspendedChild: string;
}

/** What an attacker sends. */
export interface Attempt {
  readonly gain: string;
  readonly method: string;
  readonly path: string;
  readonly body?: Fields;
}

const roleNames = Object.keys(roles) as Role[];
const dayMs = 86_400_000;
const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
export const password = 'correct horse battery staple';

export const changing = routes.filter(
  ({ path, method, access }) =>
    path.startsWith('/admin/') && method !== 'GET' && access !== 'public' && access !== 'key',
);
/** The rights that change something for others. */
export const managing = [...new Set(changing.map(({ access }) => access as Scope))];

/** Every role with every such right, and with all of them; and admins who may just that. */
export const kinds = roleNames.flatMap((role) =>
  [...managing.map((right) => [right]), [...managing]].map((rights) => ({
    is: `${role === 'admin' ? 'an admin for' : `${role} with`} ${rights.join(', ')}`,
    role,
    permissions: [...new Set<Scope>([...(role === 'admin' ? [] : roles[role]), ...rights])],
  })),
);

export const bounds = {
  expires_at: at(30 * dayMs),
  allowed_ips: ['127.0.0.0/8', '::1'],
};
export const ownQuota = Object.fromEntries(Object.keys(quota.shape).map((name) => [name, 1])) as Quota;

/** Ids of whom it is tried on. */
export interface Prey {
  readonly victim: string;
  readonly admin: string;
  readonly person: string;
}

const lacks = ({ scopes }: Attacker, wanted: readonly Scope[]): boolean =>
  wanted.some((each) => !scopes.includes(each));

/** Rights that would be more than the attacker has, as fields of a key. */
const moreRights = (attacker: Attacker): Fields[] => [
  ...roleNames
    .filter((role) => lacks(attacker, roles[role]) || (role === 'admin' && !attacker.isAdmin))
    .map((role) => ({ role, permissions: null })),
  ...scopeNames
    .filter((scope) => lacks(attacker, [scope]))
    .map((scope) => ({ role: 'webhook_only', permissions: [...attacker.scopes, scope] })),
  ...(attacker.isAdmin ? [] : [{ role: 'admin', permissions: [] }]),
];

const moreRoom: Fields[] = [
  { expires_at: at(31 * dayMs) },
  { allowed_ips: ['0.0.0.0/0'] },
  { allowed_ips: ['127.0.0.1', '192.0.2.1'] },
  { allowed_ips: ['126.0.0.0/7'] },
  { allowed_ips: ['::/0'] },
];
const noBounds: Fields[] = [{ expires_at: null }, { allowed_ips: [] }];

const withoutNull = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

/** What is tried over each route that changes something; a new route has to be thought of here. */
export const attempts: Readonly<Record<string, (attacker: Attacker) => Omit<Attempt, 'method' | 'path'>[]>> = {
  create_api_key: (attacker) => [
    ...moreRights(attacker).map((fields) => ({ gain: 'rights', body: { name: 'x', ...withoutNull(fields) } })),
    ...[...moreRoom, { allowed_ips: [] }].map((fields) => ({
      gain: 'room',
      body: { name: 'x', role: 'webhook_only', permissions: attacker.scopes, ...fields },
    })),
  ],
  change_api_key: (attacker) =>
    [...moreRights(attacker), ...moreRoom, ...noBounds].map((body) => ({ gain: 'rights or room', body })),
  revoke_api_key: () => [{ gain: 'the end of another' }],
  rotate_api_key: () => [{ gain: 'the secret of another', body: { overlap_seconds: 60 } }],
  suspend_api_key: () => [{ gain: 'the silence of another', body: { reason: 'x' } }],
  resume_api_key: () => [{ gain: 'a suspension taken back' }],
  set_quota: () =>
    Object.keys(ownQuota).flatMap((name) => [
      { gain: name, body: { ...ownQuota, suspend_after: 10, [name]: null } },
      { gain: name, body: { ...ownQuota, suspend_after: 10, [name]: 2 } },
      { gain: 'suspend_after', body: { ...ownQuota, suspend_after: null } },
      { gain: 'the quota of the role', body: {} },
    ]),
  create_user: () => roleNames.map((role) => ({ gain: `a ${role}`, body: { name: `made-${role}`, password, role } })),
  reset_user: () => [{ gain: 'the account of another', body: { password } }],
  delete_user: () => [{ gain: 'the end of a person' }],
  change_settings: () => [
    { gain: 'no keys', body: { require_api_key: false } },
    { gain: 'no login', body: { require_login: false } },
    { gain: 'a list of its own', body: { enable_whitelist: true, whitelist_entries: ['127.0.0.1'] } },
    { gain: 'no list', body: { enable_whitelist: null } },
    { gain: 'as many requests as it likes', body: { rate_limit_rpm: 0 } },
  ],
  decide_review: () => [{ gain: 'its own job let through', body: { decision: 'approve' } }],
};
/** They change nothing of what anybody may. */
export const harmless = ['verify_audit_log', 'run_perf_tests'];

const onSelf = ['change_api_key', 'set_quota'];
const onChildren = ['change_api_key', 'set_quota'];
const onOthers = ['revoke_api_key', 'rotate_api_key', 'suspend_api_key', 'resume_api_key', 'set_quota'];

/** Whose key, person or review is aimed at. */
const targetsOf = (id: string, attacker: Attacker, { victim, admin, person }: Prey): string[] => {
  if (id === 'delete_user' || id === 'reset_user') return [person];
  if (id === 'decide_review') return ['rev_00000000'];
  if (id === 'resume_api_key') return attacker.isAdmin ? [admin] : [attacker.suspendedChild, victim, admin];
  return [
    ...(onSelf.includes(id) ? [attacker.id] : []),
    ...(onChildren.includes(id) ? [attacker.child] : []),
    ...(onOthers.includes(id) || id === 'change_api_key' ? [admin] : []),
    // An admin sees to everybody who may no more than they.
    ...(onOthers.includes(id) && !attacker.isAdmin ? [victim] : []),
  ];
};

const isAllowedHere = (id: string, attacker: Attacker): boolean =>
  // Admins say who comes in; which admins do, settings:manage says.
  attacker.isAdmin && ['change_settings', 'decide_review'].includes(id);

/** All that an attacker can try with the rights it has. */
export const attemptsOf = (attacker: Attacker, prey: Prey): Attempt[] =>
  changing
    .filter(({ id, access }) => !harmless.includes(id) && attacker.scopes.includes(access as Scope))
    .filter(({ id }) => !isAllowedHere(id, attacker))
    .flatMap(({ id, method, path }) =>
      (attempts[id]?.(attacker) ?? []).flatMap((attempt) =>
        (path.includes('{') ? targetsOf(id, attacker, prey) : ['']).map((target) => ({
          ...attempt,
          method,
          path: path.replace('{id}', target),
        })),
      ),
    );
