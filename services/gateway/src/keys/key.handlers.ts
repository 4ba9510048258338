import { createSecretKey, randomBytes } from 'node:crypto';
import {
  grantOf,
  keyDecider,
  keyTextBytes,
  makeKeyText,
  quotaOf,
  scopesOf,
  shownOf,
  type ApiKey,
  type KeyCommand,
} from '@ffapi/api-keys';
import {
  keyStream,
  quota,
  type KeyResource,
  type keyRoutes,
  type KeySecret,
  type Quota,
  type QuotaResource,
} from '@ffapi/contracts';
import { handleCommand } from '@ffapi/es';
import { keyDigest, pepperOf, type ServiceContext } from '@ffapi/service-kit';
import type { KeyDirectory } from '../access/index.ts';
import { boundsFor, isOwn, knownKey, refuseBeyond, seenKey } from './key-grants.ts';
import {
  pageBody,
  causedBy,
  replayed,
  type Idempotency,
  forbidden,
  RequestRefused,
  type Call,
  type CallWithId,
  type HandlersOf,
  type Slice,
} from '../requests/index.ts';

export interface KeyPorts {
  readonly context: ServiceContext;
  readonly keys: KeyDirectory;
  readonly idempotency: Idempotency;
}

const resourceOf = async (key: ApiKey, { keys, context }: KeyPorts): Promise<KeyResource> => ({
  id: key.keyId,
  name: key.name,
  role: key.role,
  permissions: key.permissions && [...key.permissions],
  scopes: [...scopesOf(key)],
  prefix: key.secret.prefix,
  last4: key.secret.last4,
  allowed_ips: [...key.allowedIps],
  expires_at: key.expiresAt,
  previous_valid_until: key.previous && key.previous.until > context.now() ? key.previous.until : null,
  suspended: key.suspended && { reason: key.suspended.reason, at: key.suspended.at },
  created_at: key.createdAt,
  created_by: key.createdBy,
  last_used_at: await keys.use.lastUsedAt(key.keyId),
});

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const quotaResource = (key: ApiKey): QuotaResource => ({ ...quotaOf(key), suspend_after: key.suspendAfter });

type KeyHandlers = Omit<HandlersOf<typeof keyRoutes>, 'get_usage'>;

const keyHandlers = (ports: KeyPorts): KeyHandlers => {
  const { context, idempotency } = ports;
  const { ring } = ports.keys;
  const pepper = createSecretKey(pepperOf(context.config, context.masterKey));

  const newSecret = (): { text: string; secret: KeySecret } => {
    const text = makeKeyText(randomBytes(keyTextBytes));
    return { text, secret: { digest: keyDigest(pepper, text).toString('hex'), ...shownOf(text) } };
  };

  const execute = async (call: Call, keyId: string, command: KeyCommand, commitId?: string): Promise<ApiKey> => {
    const { commit } = await handleCommand(
      context.store,
      keyDecider,
      keyStream(keyId),
      { ...command, keyId, by: call.caller.keyId },
      { ...causedBy(context, call), ...(commitId !== undefined && { commitId }) },
    );
    if (commit) ports.keys.take(commit);
    return knownKey(ring, keyId);
  };

  /** Of a key that this caller may change. */
  const changeable = (call: CallWithId): ApiKey => {
    const key = knownKey(ring, call.params.id);
    if (!isOwn(call, ring, key.keyId)) throw forbidden('This key was made by others: it is another tenant.');
    refuseBeyond(call, ring, grantOf(key));
    return key;
  };

  const change = async (call: CallWithId, command: KeyCommand) => ({
    body: await resourceOf(await execute(call, changeable(call).keyId, command), ports),
  });

  return {
    create_api_key: async (call) => {
      const { name, role, permissions = null, ...rest } = call.body;
      const bounds = boundsFor(call, ring, role);
      const { expires_at: expiresAt = bounds.expiresAt, allowed_ips: allowedIps = bounds.allowedIps } = rest;
      refuseBeyond(call, ring, { role, permissions, ...bounds, expiresAt, allowedIps });
      const { resourceId: keyId, isReplay } = await idempotency.claim(call, () => context.newId('key'));
      const { text, secret } = newSecret();
      const { quota: limit, suspendAfter } = bounds;
      const isRoles = suspendAfter === null && isSame(limit, quotaOf({ role, quota: null }));
      const limits = isRoles ? undefined : { quota: limit, suspendAfter };
      const command = { type: 'CreateKey', name, role, permissions, allowedIps, expiresAt, secret, limits } as const;
      const key = await execute(call, keyId, command, `create_${keyId}`);
      return {
        headers: replayed({ isReplay }),
        // Of two that raced, the one whose secret was not stored has none to show.
        body: { ...(await resourceOf(key, ports)), api_key: key.secret.digest === secret.digest ? text : null },
      };
    },
    list_api_keys: async (call) => {
      const { limit = 50, cursor = '' } = call.query;
      const after = ring.list().filter(({ keyId }) => keyId > cursor && isOwn(call, ring, keyId));
      const shown = after.slice(0, limit);
      const next = after.length > shown.length ? (shown.at(-1)?.keyId ?? null) : null;
      const data = await Promise.all(shown.map((key) => resourceOf(key, ports)));
      return { body: pageBody(data, next) };
    },
    get_api_key: async (call) => ({ body: await resourceOf(seenKey(call, ring), ports) }),
    change_api_key: async (call) => {
      const { expires_at: expiresAt, allowed_ips: allowedIps, ...rest } = call.body;
      const changes = { ...rest, ...(expiresAt !== undefined && { expiresAt }), ...(allowedIps && { allowedIps }) };
      const changed = { ...changeable(call), ...changes };
      refuseBeyond(call, ring, grantOf(changed));
      return change(call, { type: 'ChangeKey', ...changes });
    },
    revoke_api_key: async (call) => {
      const { keyId } = changeable(call);
      if (keyId === call.caller.keyId)
        throw new RequestRefused('forbidden', { detail: 'A key cannot revoke itself: use another.' });
      await execute(call, keyId, { type: 'RevokeKey' }).catch((error: unknown) => {
        if (ring.get(keyId)?.isRevoked !== true) throw error;
      });
      return { status: 204 };
    },
    rotate_api_key: async (call) => {
      const { keyId } = changeable(call);
      const overlapSeconds = call.body?.overlap_seconds ?? 86_400;
      const previousUntil = new Date(Date.parse(context.now()) + overlapSeconds * 1000).toISOString();
      const { resourceId: commitId, isReplay } = await idempotency.claim(call, () => context.newId('cmd'));
      const { text, secret } = newSecret();
      const command = { type: 'RotateKey', secret, previousUntil } as const;
      const { secret: stored, previous } = await execute(call, keyId, command, commitId);
      return {
        headers: replayed({ isReplay }),
        body: {
          id: keyId,
          api_key: stored.digest === secret.digest ? text : null,
          prefix: stored.prefix,
          previous_valid_until: previous?.until ?? previousUntil,
        },
      };
    },
    suspend_api_key: (call) => change(call, { type: 'SuspendKey', reason: call.body?.reason ?? 'by request' }),
    resume_api_key: (call) => {
      const { suspended } = changeable(call);
      if (suspended && !isOwn(call, ring, suspended.by))
        throw forbidden('This suspension is not yours to take back: ask an admin.');
      return change(call, { type: 'ResumeKey' });
    },
    get_quota: async (call) => ({ body: quotaResource(seenKey(call, ring)) }),
    set_quota: async (call) => {
      const { suspend_after: suspendAfter = null, ...wanted } = call.body;
      const key = changeable(call);
      const limits: Quota = quota.parse({ ...quotaOf({ ...key, quota: null }), ...wanted });
      refuseBeyond(call, ring, { ...key, quota: limits, suspendAfter });
      return {
        body: quotaResource(await execute(call, key.keyId, { type: 'SetQuota', quota: limits, suspendAfter })),
      };
    },
  };
};

export const openKeys = (ports: KeyPorts): Slice<KeyHandlers> => ({ handlers: keyHandlers(ports) });
