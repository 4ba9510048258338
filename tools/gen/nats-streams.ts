import { poolConsumer, workStreams } from '@ffapi/bus';
import { settings } from '@ffapi/config';
import { pools } from '@ffapi/contracts';
import { eventsStream } from '@ffapi/es-jetstream';

export type Settings = Readonly<Record<string, unknown>>;

/** What a server makes of what is not declared, in the order of the page. */
const streamDefaults = {
  name: '',
  subjects: [],
  retention: 'limits',
  storage: 'file',
  persist_mode: undefined,
  discard: 'old',
  discard_new_per_subject: undefined,
  max_age: 0,
  max_bytes: -1,
  max_msg_size: -1,
  max_msgs_per_subject: -1,
  duplicate_window: 120e9,
  deny_delete: false,
  deny_purge: false,
  allow_direct: false,
  num_replicas: 1,
};
const consumerDefaults = {
  durable_name: '',
  filter_subject: '',
  deliver_policy: 'all',
  ack_policy: 'explicit',
  ack_wait: 30e9,
  max_deliver: -1,
  max_ack_pending: 1000,
};

export const streamKeys = Object.keys(streamDefaults);
export const consumerKeys = Object.keys(consumerDefaults);
export const ackWaitMs = Number(settings.WORK_ACK_WAIT_SECONDS.preset) * 1000;

const poolConsumers = (): Settings[] =>
  pools.toSorted().map((pool) => ({ ...consumerDefaults, ...poolConsumer({ pool, ackWaitMs }) }));

/** The streams and the consumers of pools that the platform asks for, as a server then holds them. */
export const natsStreams = (): { readonly streams: readonly Settings[] } => ({
  streams: [eventsStream(), ...workStreams].map((stream) => ({
    ...streamDefaults,
    ...stream,
    consumers: stream.name === 'WORK' ? poolConsumers() : [],
  })),
});
