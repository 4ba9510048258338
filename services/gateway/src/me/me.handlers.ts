import { quotaOf, type ApiKey } from '@ffapi/api-keys';
import {
  bodyBytesMax,
  operations,
  pollsPerRequest,
  waitSecondsMax,
  type CapabilitiesResource,
  type MeResource,
  type meRoutes,
  type Operation,
  type Role,
} from '@ffapi/contracts';
import type { ServiceContext, SettingsNow } from '@ffapi/service-kit';
import { gpuEncodersOf } from '../platform/index.ts';
import type { Admission, JobReads } from '../jobs/index.ts';
import type { KeyDirectory, RateLimit } from '../access/index.ts';
import { type UserDirectory, userResourceOf } from '../people/index.ts';
import type { Caller } from '../identity/index.ts';
import type { HandlersOf, Slice } from '../requests/index.ts';

export interface MePorts {
  readonly context: ServiceContext;
  readonly keys: KeyDirectory;
  readonly users: UserDirectory;
  readonly admission: Admission;
  readonly limits: Pick<RateLimit, 'perMinute'>;
  readonly settings: SettingsNow;
  readonly reads: Pick<JobReads, 'jobs' | 'caughtUp'>;
}

const countedMax = 200;
const mebibyte = 1024 * 1024;
const questionMs = 1_500;

const keyOf = (caller: Caller, key: ApiKey | null): MeResource['key'] => {
  if (caller.session) return null;
  return {
    id: caller.keyId,
    name: key?.name ?? 'the first admin key',
    prefix: key?.secret.prefix ?? null,
    expires_at: key?.expiresAt ?? null,
    allowed_ips: [...(key?.allowedIps ?? [])],
    created_at: key?.createdAt ?? null,
  };
};

const useOf = async ({ context, admission, reads }: MePorts, tenant: string): Promise<MeResource['use']> => {
  await reads.caughtUp();
  const countOf = async (status: string): Promise<number> => {
    const where = { apiKeyId: tenant, status };
    return (await reads.jobs.find({ where, sort: 'createdAt', limit: countedMax })).documents.length;
  };
  const [{ inHour, inDay }, { usedBytes }, running, queued] = await Promise.all([
    admission.useOf(tenant),
    context.request('asset.use', { apiKeyId: tenant }),
    countOf('running'),
    countOf('queued'),
  ]);
  return {
    jobs_this_hour: inHour,
    jobs_today: inDay,
    jobs_running: running,
    jobs_queued: queued,
    storage_mb: Math.round((usedBytes / mebibyte) * 1_000) / 1_000,
  };
};

const me = async (ports: MePorts, caller: Caller): Promise<MeResource> => {
  const key = ports.keys.ring.get(caller.keyId);
  const user = ports.users.get(caller.keyId);
  const role: Role = key?.role ?? user?.role ?? 'admin';
  const perMinute = ports.limits.perMinute(caller.keyId);
  const { max_file_size_mb, retention_hours } = ports.settings();
  return {
    id: caller.keyId,
    key: keyOf(caller, key),
    user: user && userResourceOf(user),
    role,
    scopes: [...caller.scopes],
    quota: {
      ...(key ? quotaOf(key) : ports.keys.ring.quotaOf(caller.keyId)),
      suspend_after: key?.suspendAfter ?? null,
    },
    use: await useOf(ports, caller.keyId),
    limits: {
      requests_per_minute: perMinute,
      polls_per_minute: perMinute && perMinute * pollsPerRequest,
      max_file_size_mb,
      max_body_kb: bodyBytesMax / 1024,
      max_wait_seconds: waitSecondsMax,
      retention_hours,
    },
  };
};

const capabilities = async ({ context }: MePorts): Promise<CapabilitiesResource> => {
  const work = await context.request('job.workers', {}, questionMs).catch(() => null);
  const workers = work?.workers ?? [];
  const pools = new Set(workers.map(({ pool }) => pool));
  const encoders = gpuEncodersOf(workers);
  const { config, version } = context;
  return {
    version,
    operations: Object.values(operations as Readonly<Record<string, Operation>>).map(({ id, path, pools: ref }) => ({
      id,
      path,
      available: pools.has(ref.cpu),
    })),
    gpu: { status: encoders.length > 0 ? 'up' : 'absent', encoders },
    ffmpeg_version:
      workers.find(({ capabilities: { ffmpegVersion } }) => ffmpegVersion)?.capabilities.ffmpegVersion ?? null,
    features: {
      content_moderation: config.ENABLE_CONTENT_MODERATION,
      virus_scanning: config.ENABLE_VIRUS_SCANNING,
      archives: config.ALLOW_ARCHIVES,
      browser_origins: [...(config.CORS_ORIGINS ?? [])],
    },
  };
};

/** What callers ask of themselves, and of the platform before they use it. */
export const openMe = (ports: MePorts): Slice<HandlersOf<typeof meRoutes>> => ({
  handlers: {
    get_me: async ({ caller }) => ({ headers: { 'cache-control': 'no-store' }, body: await me(ports, caller) }),
    get_capabilities: async () => ({ body: await capabilities(ports) }),
  },
});
