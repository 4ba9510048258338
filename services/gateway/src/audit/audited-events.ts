import {
  assetAggregate,
  authAggregate,
  endpointAggregate,
  jobAggregate,
  keyAggregate,
  reviewAggregate,
  settingAggregate,
  shareAggregate,
  userAggregate,
  type AuditFacts,
  type AuthEvent,
  type EventOf,
} from '@ffapi/contracts';
import type { ProjectedEvent } from '@ffapi/es';

const audited = [
  jobAggregate,
  assetAggregate,
  keyAggregate,
  endpointAggregate,
  authAggregate,
  reviewAggregate,
  settingAggregate,
  shareAggregate,
  userAggregate,
] as const;

/** What the audit log reads. */
export type AuditedEvent = EventOf<(typeof audited)[number]>;
export const auditedStreams = audited.map(({ pattern }) => pattern);

type Told = Pick<AuditFacts, 'event_type' | 'actor' | 'resource_id'> & {
  readonly resource?: string;
  readonly action?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Where it came from, of events that say so themselves. */
  readonly ip?: string | null;
  readonly userAgent?: string | null;
};
type Table = {
  readonly [K in AuditedEvent['type']]: ((data: Extract<AuditedEvent, { type: K }>['data']) => Told) | null;
};

const ofKey = (
  event_type: string,
  { keyId, by }: { readonly keyId: string; readonly by: string },
  details: Told['details'] = {},
): Told => ({ event_type, actor: by, resource_id: keyId, resource: 'api_key', details });

const ofUser = (
  action: string,
  { userId, by }: { readonly userId: string; readonly by: string },
  details: Told['details'] = {},
): Told => ({ event_type: `user.${action}`, actor: by, resource_id: userId, details });

const ofWebhook = (action: string, by: string, webhookId: string, details: Told['details'] = {}): Told => ({
  event_type: ['created', 'deleted'].includes(action) ? `webhook.${action}` : 'webhook.updated',
  actor: by,
  resource_id: webhookId,
  action,
  details,
});

const ofAuth = (
  event_type: string,
  {
    apiKeyId,
    ip,
    userAgent,
    firstAt,
    lastAt,
    ...details
  }: Extract<AuthEvent, { type: 'AuthenticationSucceeded' }>['data'],
): Told => ({
  event_type,
  actor: apiKeyId ?? ip ?? 'others',
  resource_id: apiKeyId,
  resource: 'api_key',
  details: { ...details, first_at: firstAt, last_at: lastAt },
  ip,
  userAgent,
});

/** What the audit log says of each event; `null`: nothing. */
const table: Table = {
  JobAccepted: ({ jobId, apiKeyId, operation, priority, dryRun, retryOf, userIp }) => ({
    event_type: 'job.submitted',
    actor: apiKeyId,
    resource_id: jobId,
    details: { operation, priority, dry_run: dryRun, retry_of: retryOf },
    ip: userIp,
  }),
  JobCompleted: null,
  JobFailed: null,
  JobCancelled: null,
  JobHeld: null,
  JobReleased: null,
  JobExpired: null,
  JobRetried: null,
  AssetStored: null,
  AssetProbed: null,
  AssetThumbnailMade: null,
  AssetDescribed: null,
  AssetDeleted: ({ fileId, by, apiKeyId, name, reason }) => ({
    event_type: 'file.deleted',
    actor: by,
    resource_id: fileId,
    details: { name, reason, owner: apiKeyId },
  }),
  KeyCreated: ({ name, role, permissions, allowedIps, expiresAt, secret: { prefix }, ...key }) =>
    ofKey('api_key.created', key, {
      name,
      role,
      permissions,
      allowed_ips: allowedIps,
      expires_at: expiresAt,
      prefix,
    }),
  KeyChanged: ({ name, role, permissions, allowedIps, expiresAt, ...key }) =>
    ofKey('api_key.changed', key, { name, role, permissions, allowed_ips: allowedIps, expires_at: expiresAt }),
  KeyRotated: ({ secret: { prefix }, previousUntil, ...key }) =>
    ofKey('api_key.rotated', key, { prefix, previous_valid_until: previousUntil }),
  KeySuspended: ({ reason, ...key }) =>
    ofKey(key.by === 'quota' ? 'quota.suspended' : 'api_key.suspended', key, { reason }),
  KeyResumed: (key) => ofKey('api_key.resumed', key),
  KeyRevoked: (key) => ofKey('api_key.revoked', key),
  KeyQuotaSet: ({ quota, suspendAfter, ...key }) =>
    ofKey('api_key.quota_set', key, { ...quota, suspend_after: suspendAfter }),
  KeyQuotaNearlyUsed: null,
  KeyQuotaExceeded: null,
  EndpointSubscribed: ({ webhookId, apiKeyId, events, target: { url } }) =>
    ofWebhook('created', apiKeyId, webhookId, { url, events }),
  EndpointUpdated: ({ webhookId, by, events, target }) =>
    ofWebhook('updated', by, webhookId, { url: target?.url, events }),
  EndpointSecretRotated: ({ webhookId, by }) => ofWebhook('secret_rotated', by, webhookId),
  EndpointDisabled: ({ webhookId, by, reason }) => ofWebhook('disabled', by, webhookId, { reason }),
  EndpointEnabled: ({ webhookId, by }) => ofWebhook('enabled', by, webhookId),
  EndpointFailing: null,
  EndpointRecovered: null,
  EndpointDeleted: ({ webhookId, by }) => ofWebhook('deleted', by, webhookId),
  ReviewOpened: null,
  ReviewWithdrawn: null,
  ReviewDecided: ({ reviewId, jobId, decision, by, note }) => ({
    event_type: 'review.decided',
    actor: by,
    resource_id: reviewId,
    details: { job_id: jobId, decision, note },
  }),
  SettingsChanged: ({ by, changes }) => ({
    event_type: 'settings.changed',
    actor: by,
    resource_id: 'platform',
    details: changes,
  }),
  ShareCreated: ({ shareId, apiKeyId, fileId, passwordHash, downloadsMax, expiresAt }) => ({
    event_type: 'share.created',
    actor: apiKeyId,
    resource_id: shareId,
    details: {
      file_id: fileId,
      has_password: passwordHash !== null,
      max_downloads: downloadsMax,
      expires_at: expiresAt,
    },
  }),
  ShareDownloaded: null,
  ShareRevoked: ({ shareId, by, apiKeyId }) => ({
    event_type: 'share.revoked',
    actor: by,
    resource_id: shareId,
    details: { owner: apiKeyId },
  }),
  UserCreated: ({ name, role, ...user }) => ofUser('created', user, { name, role }),
  UserPasswordChanged: (user) => ofUser('password_changed', user),
  UserTwoFactorBegun: null,
  UserTwoFactorEnabled: (user) => ofUser('two_factor_enabled', user),
  UserTwoFactorDisabled: (user) => ofUser('two_factor_disabled', user),
  UserRecoveryCodesMade: (user) => ofUser('recovery_codes_made', user),
  UserRecoveryCodeUsed: (user) => ofUser('recovery_code_used', user),
  UserDeleted: (user) => ofUser('deleted', user),
  AuthenticationSucceeded: (data) => ofAuth('auth.succeeded', data),
  AuthenticationFailed: (data) => ofAuth('auth.failed', data),
};

/** Whether the audit log has a row of this event. */
export const isAudited = ({ event }: ProjectedEvent<AuditedEvent>): boolean =>
  Object.hasOwn(table, event.type) && table[event.type] !== null;

/** Grows along the store, so that the order of ids is that of the chain. */
export const auditRowId = ({ position, index }: Pick<ProjectedEvent, 'position' | 'index'>): string =>
  `aud_${String(position).padStart(16, '0')}_${String(index).padStart(3, '0')}`;

/** What the audit log says of an event; of one that is audited. */
export const auditFacts = (projected: ProjectedEvent<AuditedEvent>): AuditFacts => {
  const { event, occurredAt, origin } = projected;
  const tell = table[event.type] as (data: unknown) => Told;
  const { event_type, actor, resource_id, ...told } = tell(event.data);
  const [kind = '', what = ''] = event_type.split('.');
  return {
    id: auditRowId(projected),
    timestamp: occurredAt,
    event_type,
    actor,
    resource_type: told.resource ?? kind,
    resource_id,
    action: told.action ?? what,
    details: JSON.parse(JSON.stringify(told.details ?? {})) as AuditFacts['details'],
    ip_address: origin?.ip ?? told.ip ?? null,
    user_agent: origin?.userAgent ?? told.userAgent ?? null,
  };
};
