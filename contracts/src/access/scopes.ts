import { z } from 'zod';

/** What a key may be allowed: `resource:verb`, each with its meaning for people. */
export const scopes = {
  'jobs:read': 'See jobs, their events, logs and figures.',
  'jobs:create': 'Submit, retry and duplicate jobs.',
  'jobs:cancel': 'Cancel jobs.',
  'files:read': 'See and download files.',
  'files:create': 'Upload files.',
  'files:delete': 'Delete files.',
  'webhooks:manage': 'Subscribe webhooks, see and repeat their deliveries.',
  'workflows:read': 'See workflows and their runs.',
  'workflows:write': 'Define and run workflows.',
  'shares:manage': 'Share files by link.',
  'presets:write': 'Define and delete presets.',
  'keys:manage': 'Create, change and revoke API keys, their quotas and usage, within its own bounds.',
  'audit:read': 'Read, export and verify the audit log.',
  'settings:manage': 'See settings of the running platform and change those that do not say who comes in.',
  'reviews:decide': 'See and decide what moderation has flagged.',
  'platform:read': 'See workers, incidents, metrics.',
  'perf:run': 'Run performance tests and see their results.',
} as const;

export type Scope = keyof typeof scopes;
export const scopeNames = Object.keys(scopes) as [Scope, ...Scope[]];

const developer = [
  'jobs:read',
  'jobs:create',
  'jobs:cancel',
  'files:read',
  'files:create',
  'files:delete',
  'webhooks:manage',
  'workflows:read',
  'workflows:write',
  'shares:manage',
  'presets:write',
] as const satisfies readonly Scope[];

/** What each role may; an admin besides sees what belongs to other keys. */
export const roles = {
  admin: scopeNames,
  developer,
  viewer: ['jobs:read', 'files:read'],
  webhook_only: ['jobs:create'],
} as const satisfies Readonly<Record<string, readonly Scope[]>>;

export type Role = keyof typeof roles;
export const role = z.enum(Object.keys(roles) as [Role, ...Role[]]);

/** Permissions of a key's own, instead of those of its role. */
export const permissions = z.array(z.enum(scopeNames)).max(scopeNames.length);
