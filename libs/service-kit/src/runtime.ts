import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { connectBus, ensureWorkStreams } from '@ffapi/bus';
import type { BlobStore } from '@ffapi/blob';
import type { Config } from '@ffapi/config';
import { makeId, upcastEvent, type Id, type IdKind } from '@ffapi/contracts';
import { upcasting, type EventStore } from '@ffapi/es';
import type { ReadModel } from '@ffapi/read-model';
import { createSqliteReadModel } from '@ffapi/read-model-sqlite';
import { createSecrets, type Secrets } from '@ffapi/secrets';
import { createLogger, type Logger, type Metrics } from '@ffapi/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import { masterKey } from './keys.ts';
import { openBlobStore } from './open-blob-store.ts';
import { openEventStore } from './event-store.ts';
import { followSettings, type FollowedSettings, type SettingsNow } from './runtime-settings.ts';
import { publishAppends, type AppendListener } from './publish-appends.ts';
import { createRequester, type LocalRequests, type Requester } from './requests.ts';
import { createSecretBucket } from './secret-bucket.ts';

/** What every service is given: the outside world, each part behind its port. */
export interface ServiceContext {
  readonly service: string;
  /** Names this process among its equals; new at every start. */
  readonly instance: string;
  readonly version: string;
  readonly config: Config;
  readonly dataDir: string;
  readonly log: Logger;
  /** Of the whole process. */
  readonly metrics: Metrics;
  readonly connection: NatsConnection;
  /** With every event in its newest version; reading stops where a newer version of the platform has written. */
  readonly store: EventStore;
  /** The same with every event as it was written, for what checks or copies it. */
  readonly rawStore: EventStore;
  /** Calls back with every commit that this process appends, before its readers are told; gives the way to stop it. */
  readonly onAppended: (listener: AppendListener) => () => void;
  /** How full the event store is. */
  readonly usage: () => Promise<{ readonly bytes: number; readonly bytesMax: number }>;
  readonly blobs: BlobStore;
  readonly secrets: Secrets;
  readonly masterKey: Buffer;
  readonly request: Requester;
  /** Where services of this process find each other without the broker. */
  readonly local: LocalRequests;
  readonly now: () => string;
  readonly newId: <K extends IdKind>(kind: K) => Id<K>;
  /** This service's own read model. */
  openReadModel(): Promise<ReadModel>;
  /** What is in force of the settings that can be changed at runtime: to be asked each time they are used. */
  openSettings(): Promise<SettingsNow>;
}

export interface RuntimeOptions {
  readonly config: Config;
  readonly natsUrl: string;
  readonly monitorUrl?: string | undefined;
  readonly metrics: Metrics;
}

/** What the services of one process share: one connection, one reader of the store. */
export interface Runtime {
  /** What one service is given. */
  context(service: string): ServiceContext;
  /** For what concerns the process and no service of it. */
  readonly log: Logger;
  /** Ends the connection; after the services have stopped. */
  close(): Promise<void>;
}

/** Where clients reach the API, as far as it can be known without having listened. */
export const publicBaseUrl = (config: Config): string => {
  const host = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST;
  return config.PUBLIC_BASE_URL ?? (config.PORT === 0 ? '' : `http://${host}:${config.PORT}`);
};

export const platformVersion = '0.1.0';

const newId = <K extends IdKind>(kind: K): Id<K> => makeId(kind, Date.now(), randomBytes(10));

const openReadModel = async (config: Config, dataDir: string, service: string, log: Logger): Promise<ReadModel> => {
  const url = config.DATABASE_URL ?? 'sqlite:';
  if (!url.startsWith('sqlite:')) {
    // Loaded where it is used: the driver costs a laptop's start more than all of SQLite.
    const { createMongoReadModel } = await import('@ffapi/read-model-mongodb');
    return createMongoReadModel({ url, database: `ffapi_${service}` });
  }
  const dir = url === 'sqlite:' ? join(dataDir, 'read') : resolve(url.slice('sqlite:'.length));
  mkdirSync(dir, { recursive: true });
  return createSqliteReadModel({
    file: join(dir, `${service}.sqlite`),
    onDamage: (damage) => log.warn({ ...damage }, 'a damaged read model is set aside and built anew from the events'),
  });
};

/** Connects this process to what its services need; everything is checked before a service does anything. */
export const openRuntime = async ({ config, natsUrl, monitorUrl, metrics }: RuntimeOptions): Promise<Runtime> => {
  const instance = `${hostname().slice(0, 24)}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const dataDir = resolve(config.FFAPI_DATA_DIR);
  mkdirSync(dataDir, { recursive: true });
  const key = masterKey(config, dataDir);
  const bytes = await openBlobStore(config, dataDir, key);
  const connection = await connectBus({ url: natsUrl, name: `ffapi/${instance}`, replicas: config.NATS_REPLICAS });
  const { store: rawStore, usage } = await openEventStore(config, connection, monitorUrl);
  const { store, onAppended } = publishAppends(upcasting(rawStore, upcastEvent));
  await ensureWorkStreams(connection);
  const local: LocalRequests = new Map();
  const now = (): string => new Date().toISOString();
  let settings: Promise<FollowedSettings> | null = null;
  const openSettings = async (): Promise<SettingsNow> => {
    const log = createLogger({ level: config.LOG_LEVEL, service: 'settings', instance });
    return (await (settings ??= followSettings({ config, store, onAppended, log }))).now;
  };
  const shared = {
    instance,
    version: platformVersion,
    config,
    dataDir,
    metrics,
    connection,
    store,
    rawStore,
    onAppended,
    usage,
    blobs: bytes.blobs,
    secrets: createSecrets({ key, store: await createSecretBucket(connection) }),
    masterKey: key,
    request: createRequester(connection, local),
    local,
    now,
    newId,
    openSettings,
  };
  return {
    log: createLogger({ level: config.LOG_LEVEL, service: 'process', instance }),
    context: (service) => {
      const log = createLogger({ level: config.LOG_LEVEL, service, instance });
      return { ...shared, service, log, openReadModel: () => openReadModel(config, dataDir, service, log) };
    },
    close: async () => {
      await (await settings)?.stop();
      await store.close();
      bytes.close();
      await connection.drain().catch(() => connection.close());
    },
  };
};
