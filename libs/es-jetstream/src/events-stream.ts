import { randomUUID } from 'node:crypto';
import { ensureSubject } from '@ffapi/contracts';
import {
  DiscardPolicy,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { apiErrorCode } from './api-error.ts';

export const commitSizeBytesMax = 256 * 1024;
const subjectPrefix = 'evt.';
const incarnationKey = 'ffapi-incarnation';
const streamNotFound = 10059;
const nameInUse = 10058;

/** The subject of exactly one stream; throws `InvalidSubject` for what could name several. */
export const subjectOf = (stream: string): string => subjectPrefix + ensureSubject(stream);
export const streamOf = (subject: string): string => subject.slice(subjectPrefix.length);

export interface EventsStreamOptions {
  readonly connection: NatsConnection;
  readonly streamName?: string | undefined;
  /** 1, or 3 on separate failure domains. */
  readonly replicas?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly timeoutMs?: number | undefined;
}

type Settings = Partial<StreamConfig> & Pick<StreamConfig, 'name'>;

/** What the stream that holds every event is declared to be. */
export const eventsStream = ({
  streamName = 'EVENTS',
  replicas = 1,
  maxBytes = -1,
}: Omit<EventsStreamOptions, 'connection'> = {}): Settings => ({
  name: streamName,
  subjects: [`${subjectPrefix}>`],
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  // A full store refuses what is new; `old` would eat history.
  discard: DiscardPolicy.New,
  num_replicas: replicas,
  max_bytes: maxBytes,
  max_age: 0,
  max_msg_size: commitSizeBytesMax,
  duplicate_window: 120 * 1e9,
  deny_delete: true,
  deny_purge: true,
  allow_direct: true,
});

/** Creates the stream that holds every event, or brings its settings up to date; safe to call from many processes at once. */
export const ensureEventsStream = async (options: EventsStreamOptions): Promise<StreamInfo> => {
  const { streams } = await jetstreamManager(options.connection, {
    timeout: options.timeoutMs ?? 5_000,
    checkAPI: false,
  });
  const settings = eventsStream(options);
  const existing = async () => {
    const info = await streams.info(settings.name);
    const isCurrent = Object.entries(settings).every(
      ([key, value]) => JSON.stringify(info.config[key as keyof StreamConfig]) === JSON.stringify(value),
    );
    return isCurrent ? info : streams.update(settings.name, { ...info.config, ...settings });
  };
  try {
    return await existing();
  } catch (error) {
    if (apiErrorCode(error) !== streamNotFound) throw error;
  }
  try {
    return await streams.add({ ...settings, metadata: { [incarnationKey]: randomUUID() } });
  } catch (error) {
    if (apiErrorCode(error) !== nameInUse) throw error;
    return existing();
  }
};

/** Names this very stream: a wiped and re-created one has another. */
export const incarnationOf = (info: StreamInfo): string =>
  `${new Date(info.created).toISOString()}/${info.config.metadata?.[incarnationKey] ?? 'unnamed'}`;

const covers = (pattern: string, other: string): boolean => {
  const wanted = pattern.split('.');
  const given = other.split('.');
  for (const [i, token] of wanted.entries()) {
    if (token === '>') return given.length > i;
    if (i >= given.length || given[i] === '>' || (token !== '*' && token !== given[i])) return false;
  }
  return wanted.length === given.length;
};

/** Subject filters for stream patterns, without those that another one covers: the server refuses overlaps. */
export const filtersOf = (patterns: readonly string[] | undefined): string[] => {
  if (!patterns) return [`${subjectPrefix}>`];
  const distinct = [...new Set(patterns)];
  return distinct
    .filter((pattern) => !distinct.some((other) => other !== pattern && covers(other, pattern)))
    .map((pattern) => subjectPrefix + pattern);
};
