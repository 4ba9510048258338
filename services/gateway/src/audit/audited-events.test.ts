import type { ProjectedEvent } from '@ffapi/es';
import { describe, expect, it } from 'vitest';
import { auditFacts, isAudited, type AuditedEvent } from './audited-events.ts';

const origin = { ip: '192.0.2.7', userAgent: 'curl/8' };
const projected = (event: unknown, more: Partial<ProjectedEvent> = {}) =>
  ({
    event,
    stream: 'any.1',
    position: 42,
    index: 1,
    version: 1,
    occurredAt: '2026-01-02T03:04:05.678Z',
    correlationId: '',
    causationId: '',
    origin,
    ...more,
  }) as ProjectedEvent<AuditedEvent>;
const key = { keyId: 'key_1', by: 'key_admin' };
const secret = { digest: 'f'.repeat(64), prefix: 'ffapi_abcdefghjk', last4: 'wxyz' };

describe('the audit log', () => {
  it('tells who did what to which key, from where, and none of its digests', () => {
    const created = { ...key, name: 'n', role: 'viewer', permissions: null, allowedIps: [], expiresAt: null, secret };
    const row = auditFacts(projected({ type: 'KeyCreated', version: 1, data: created }));
    expect(row).toEqual({
      id: 'aud_0000000000000042_001',
      timestamp: '2026-01-02T03:04:05.678Z',
      event_type: 'api_key.created',
      actor: 'key_admin',
      resource_type: 'api_key',
      resource_id: 'key_1',
      action: 'created',
      details: {
        name: 'n',
        role: 'viewer',
        permissions: null,
        allowed_ips: [],
        expires_at: null,
        prefix: secret.prefix,
      },
      ip_address: '192.0.2.7',
      user_agent: 'curl/8',
    });
    const rotated = { ...key, secret, previousUntil: '2026-01-03T00:00:00.000Z' };
    const text = JSON.stringify([row, auditFacts(projected({ type: 'KeyRotated', version: 1, data: rotated }))]);
    expect(text).not.toContain(secret.digest);
  });

  it.each([
    ['KeySuspended', { ...key, reason: 'unpaid' }, 'api_key.suspended'],
    ['KeySuspended', { ...key, by: 'quota', reason: 'too much' }, 'quota.suspended'],
    ['KeyRevoked', key, 'api_key.revoked'],
    ['EndpointSubscribed', { webhookId: 'whk_1', apiKeyId: 'key_1', events: [], target: {} }, 'webhook.created'],
    ['EndpointDisabled', { webhookId: 'whk_1', by: 'key_1', reason: 'user' }, 'webhook.updated'],
    ['EndpointDeleted', { webhookId: 'whk_1', by: 'key_1' }, 'webhook.deleted'],
    ['AssetDeleted', { fileId: 'file_1', by: 'retention', apiKeyId: 'key_1', name: 'a', reason: 'b' }, 'file.deleted'],
  ])('names %s of %j %s', (type, data, eventType) => {
    expect(auditFacts(projected({ type, version: 1, data })).event_type).toBe(eventType);
  });

  it('takes the address of old jobs from the event, and leaves out what is not audited', () => {
    const job = { jobId: 'job_1', apiKeyId: 'key_1', operation: 'transcode', userIp: '198.51.100.4' };
    const row = auditFacts(projected({ type: 'JobAccepted', version: 1, data: job }, { origin: undefined }));
    expect(row).toMatchObject({ event_type: 'job.submitted', ip_address: '198.51.100.4', user_agent: null });
    expect(isAudited(projected({ type: 'JobCompleted', version: 1, data: {} }))).toBe(false);
    expect(isAudited(projected({ type: 'toString', version: 1, data: {} }))).toBe(false);
  });

  it('names the address of one who has no key', () => {
    const alike = { ip: '203.0.113.9', userAgent: 'scanner', count: 3, firstAt: 'a', lastAt: 'b' };
    const failed = { ...alike, apiKeyId: null, reason: 'unknown_key' };
    expect(
      auditFacts(projected({ type: 'AuthenticationFailed', version: 1, data: failed }, { origin: undefined })),
    ).toMatchObject({
      event_type: 'auth.failed',
      actor: '203.0.113.9',
      resource_id: null,
      details: { reason: 'unknown_key', count: 3, first_at: 'a', last_at: 'b' },
      user_agent: 'scanner',
    });
  });
});
