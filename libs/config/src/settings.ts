import { z } from 'zod';
import { alertSettings } from './alert-settings.ts';
import { connectionSettings } from './connection-settings.ts';
import { defenceSettings } from './defence-settings.ts';
import { gpuSettings } from './gpu-settings.ts';
import { toolSettings } from './tool-settings.ts';
import { translationSettings } from './translation-settings.ts';
import { shareSettings } from './share-settings.ts';
import { storageSettings } from './storage-settings.ts';
import { origins } from './origins.ts';
import { flag, integer, oneOf, setting, text, type Setting } from './setting.ts';

/** Every setting of the platform: the environment variable, its meaning, its default. */
export const settings = {
  PORT: setting('process', integer(0, 65535), 'Port of the public API; 0 takes a free one.', { preset: '3000' }),
  HOST: setting('process', text, 'Address to listen on; another one than loopback needs keys.', {
    preset: '127.0.0.1',
  }),
  METRICS_PORT: setting(
    'process',
    integer(0, 65535).optional(),
    'Internal port for metrics and probes, without a key.',
  ),
  PUBLIC_BASE_URL: setting('process', z.url().optional(), 'How clients reach the API; used in links.'),
  FFAPI_DATA_DIR: setting('process', text, 'Everything that is kept.', { preset: './data' }),
  SECRETS_KEY: setting(
    'process',
    text.optional(),
    'Key of the secret store (base64, 32 bytes); generated into the data folder when absent.',
    { secret: true },
  ),
  API_KEY_PEPPER: setting(
    'process',
    text.optional(),
    'Pepper of the key hashes; generated into the data folder when absent.',
    { secret: true },
  ),
  SERVICES: setting('process', text.optional(), 'Comma list of the services this process runs; absent: all.'),
  SHUTDOWN_GRACE_SECONDS: setting(
    'process',
    integer(1, 86_400),
    'After SIGTERM a process ends within this time; workers hand back what is not done 8 seconds before.',
    { preset: '10' },
  ),
  LOG_LEVEL: setting(
    'process',
    oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'How much is logged.',
    { preset: 'info' },
  ),
  ADMIN_API_KEY: setting(
    'access',
    z.string().min(24).optional(),
    'The first admin key; generated and printed once when absent.',
    { secret: true },
  ),
  REQUIRE_API_KEY: setting('access', flag, 'false is allowed on loopback only.', { preset: 'true' }),
  LOGIN_USERNAME: setting(
    'access',
    z.string().min(1).max(100).optional(),
    'Name of the first person who can log in, an admin; made at the start where there is no such user.',
  ),
  LOGIN_PASSWORD: setting(
    'access',
    z.string().min(12).max(1_000).optional(),
    'Password of that person, at least 12 characters; valid until changed.',
    { secret: true },
  ),
  CSRF_SECRET_KEY: setting(
    'access',
    z.string().min(16).optional(),
    'Key of the tokens that requests of sessions carry; derived from SECRETS_KEY when absent.',
    { secret: true },
  ),
  CORS_ORIGINS: setting(
    'access',
    origins.optional(),
    'Comma list of origins whose pages may call the API from a browser, or * for all; signed links work in any page.',
  ),
  RATE_LIMIT_REQUESTS_PER_MINUTE: setting(
    'access',
    integer(0, 10_000_000).optional(),
    'For a key, and for an address without one; 0: none. Absent: 60, and none for the first admin key.',
  ),
  TRUSTED_PROXIES: setting(
    'access',
    text.optional(),
    'Comma list of addresses and CIDR ranges whose X-Forwarded-For is believed.',
  ),
  ...connectionSettings,
  EVENT_STORE_URL: setting('stores', z.url().optional(), 'kurrentdb://… ; absent: the NATS in use.'),
  EVENT_STORE_DURABILITY: setting(
    'stores',
    oneOf(['verified', 'trusted']),
    'verified: refuse a NATS that does not sync every write.',
    { preset: 'verified' },
  ),
  NATS_URL: setting('stores', text.optional(), 'nats://… ; absent: a child process of npm start.'),
  NATS_MONITOR_URL: setting('stores', z.url().optional(), 'Monitoring endpoint of that NATS.'),
  NATS_REPLICAS: setting(
    'stores',
    integer(1, 5),
    'Servers of a NATS cluster that keep each stream; decided before the first start.',
    { preset: '1' },
  ),
  DATABASE_URL: setting(
    'stores',
    z
      .string()
      .regex(
        /^(sqlite:|mongodb(\+srv)?:\/\/)/,
        'read models live in MongoDB (mongodb://…) or SQLite (sqlite:); no other database is supported',
      )
      .optional(),
    'mongodb://… or sqlite:FOLDER ; absent: SQLite in the data folder.',
  ),
  BLOB_URL: setting(
    'stores',
    z.url().optional(),
    "The storage service's internal address, for services on other machines.",
  ),
  BLOB_PORT: setting(
    'stores',
    integer(0, 65535).optional(),
    'Port on which the storage service offers its blobs to the others.',
  ),
  BLOB_HOST: setting('stores', text, 'Address for BLOB_PORT.', { preset: '127.0.0.1' }),
  ...storageSettings,
  WORKER_CONCURRENCY: setting('work', integer(1, 256), 'Tasks at a time per pool, fewer where cores are fewer.', {
    preset: '4',
  }),
  WORKER_ONE_TASK: setting(
    'work',
    flag,
    'true: the process takes one task of its pool and ends, or ends when none comes within a minute; for Jobs of Kubernetes.',
    { preset: 'false' },
  ),
  JOB_MAX_RETRIES: setting('work', integer(0, 20), 'Further attempts after the first.', { preset: '3' }),
  JOB_RETRY_DELAY: setting('work', integer(0, 86_400), 'Seconds before the second attempt; doubles each time.', {
    preset: '60',
  }),
  WORK_ACK_WAIT_SECONDS: setting('work', integer(1, 3600), 'A worker silent for this long is considered lost.', {
    preset: '30',
  }),
  FFMPEG_TIMEOUT_SECONDS: setting('work', integer(1, 604_800), 'Wall clock limit of one media step.', {
    preset: '7200',
  }),
  FFMPEG_STALL_SECONDS: setting(
    'work',
    integer(2, 3600),
    'A media tool that makes no progress and uses no CPU for this long is ended.',
    { preset: '60' },
  ),
  FFMPEG_MEMORY_MB: setting(
    'work',
    integer(512, 1_048_576).optional(),
    'Memory that one media tool may have; work that needs more is refused. Default: half of the machine’s, from 4096 to 8192, and at most three quarters of it.',
  ),
  ...toolSettings,
  MAX_FFMPEG_FILTERS: setting('work', integer(1, 1_000), 'Filters that a hand-written command may have.', {
    preset: '10',
  }),
  REQUIRE_DURATION_LIMIT: setting('work', flag, 'Hand-written commands need -t, -to or -frames.', { preset: 'false' }),
  FONTS_DIR: setting('work', text.optional(), 'Folder of fonts for drawn text.'),
  SANDBOX: setting(
    'work',
    oneOf(['required', 'external', 'off']),
    'required: bubblewrap; external: the container is the wall; off: development only.',
    { preset: 'required' },
  ),
  ...gpuSettings,
  ...translationSettings,
  ...shareSettings,
  MAX_FILE_SIZE_MB: setting('files', integer(1, 1_048_576), 'Limit of an upload and of a fetched input.', {
    preset: '2048',
  }),
  MIN_FREE_SPACE_MB: setting(
    'files',
    integer(0, 1_048_576),
    'Below this nothing new is taken, and work that takes of it is ended.',
    {
      preset: '1000',
    },
  ),
  RETENTION_DAYS: setting('files', integer(1, 3650), 'Files are deleted after this many days.', { preset: '7' }),
  JOB_RETENTION_DAYS: setting(
    'files',
    integer(0, 36_500),
    'Jobs that ended longer ago expire: no longer shown, their secrets deleted; 0 keeps them.',
    { preset: '90' },
  ),
  LOG_RETENTION_DAYS: setting('files', integer(1, 36_500), "Jobs' logs are deleted after this many days.", {
    preset: '30',
  }),
  CLEANUP_INTERVAL_SECONDS: setting('files', integer(1, 86_400), 'How often is looked for what may be deleted.', {
    preset: '900',
  }),
  CLEANUP_GRACE_SECONDS: setting(
    'files',
    integer(1, 604_800),
    'Stored bytes that nothing names, and unfinished uploads, are deleted when they are this old.',
    { preset: '3600' },
  ),
  DOWNLOAD_URL_EXPIRY: setting('files', integer(1, 31_536_000), 'Seconds a signed link lives.', { preset: '3600' }),
  ...defenceSettings,
  OTEL_ENABLED: setting('watching', flag, 'Send traces.', { preset: 'false' }),
  OTEL_EXPORTER: setting('watching', oneOf(['otlp', 'prometheus', 'jaeger']), 'jaeger is OTLP to Jaeger.', {
    preset: 'otlp',
  }),
  OTEL_ENDPOINT: setting('watching', z.url(), 'Where traces go.', { preset: 'http://localhost:4317' }),
  ...alertSettings,
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
export type Config = { readonly [K in SettingName]: z.output<(typeof settings)[K]['schema']> };

/** Names of the interface that this version takes and does not act on. */
export const pendingSettings: Readonly<Record<string, string>> = {
  S3_PRESIGNED_URL_EXPIRY: 'downloads pass through the gateway; their links live for DOWNLOAD_URL_EXPIRY.',
  ALERT_EMAIL_TO: 'alerts go to ALERT_WEBHOOK_URL.',
  SMTP_SERVER: 'this version sends no mail.',
  SMTP_PORT: 'this version sends no mail.',
  SMTP_USER: 'this version sends no mail.',
  SMTP_PASSWORD: 'this version sends no mail.',
};

/** Names that the roadmap or the single-process FFAPI used and this platform does not. */
export const retiredSettings: Readonly<Record<string, string>> = {
  QUEUE_BACKEND: 'NATS JetStream is the queue.',
  REDIS_URL: 'NATS JetStream is the queue.',
  UPLOAD_CHUNK_SIZE: 'uploads are streamed.',
  PUBLIC_CLEANUP_INTERVAL_SECONDS: 'retention is a due index.',
  CSRF_COOKIE_NAME: 'the token of a session is no cookie.',
  CSRF_TIME_LIMIT_SECONDS: 'a token lives as long as its session.',
};
