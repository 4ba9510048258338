import { createRequire } from 'node:module';
import {
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerWritableStream,
  type sendUnaryData,
} from '@grpc/grpc-js';

/*
 * A double of KurrentDB, not KurrentDB: it answers the client's own generated gRPC services from memory. It proves which
 * calls the adapter makes and how it takes the answers, never how the database behaves; the same suite runs against a
 * real one where Docker is.
 */
const require = createRequire(import.meta.url);
const generated = '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1';
const { StreamsService } = require(`${generated}/streams_grpc_pb`);
const { ReadResp, AppendResp } = require(`${generated}/streams_pb`);
const { Empty, StreamIdentifier, UUID } = require(`${generated}/shared_pb`);
const { ServerFeaturesService } = require(`${generated}/serverfeatures_grpc_pb`);
const { SupportedMethod, SupportedMethods } = require(`${generated}/serverfeatures_pb`);

interface Recorded {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

type Message = Record<string, (...args: any[]) => any>;

const bytesPerRecord = 100;

const eventMessage = (record: Recorded): unknown => {
  const event = new ReadResp.ReadEvent.RecordedEvent();
  event.setId(new UUID().setString(record.id));
  event.setStreamIdentifier(new StreamIdentifier().setStreamName(Buffer.from(record.stream).toString('base64')));
  event.setStreamRevision(String(record.revision));
  event.setCommitPosition(String(record.position));
  event.setPreparePosition(String(record.position));
  event.setData(record.data);
  event.setCustomMetadata(record.metadata);
  event
    .getMetadataMap()
    .set('type', record.type)
    .set('content-type', 'application/json')
    .set('created', '17000000000000000');
  const read = new ReadResp.ReadEvent();
  read.setEvent(event);
  read.setCommitPosition(String(record.position));
  return new ReadResp().setEvent(read);
};

const textOf = (identifier: Message): string => Buffer.from(identifier['getStreamName_asU8']!()).toString();

/** The server-side filter of a read of `$all`. */
const filterOf = (options: Message): ((record: Recorded) => boolean) => {
  const filter = options['getFilter']!() as Message | undefined;
  if (!filter) return () => true;
  const onStream = filter['getStreamIdentifier']!() as Message | undefined;
  const expression = onStream ?? (filter['getEventType']!() as Message);
  const regex = expression['getRegex']!() as string;
  const prefixes = expression['getPrefixList']!() as string[];
  return ({ stream, type }) => {
    const subject = onStream ? stream : type;
    return regex ? new RegExp(regex).test(subject) : prefixes.some((prefix) => subject.startsWith(prefix));
  };
};

/** Starts the double on loopback. */
export const startKurrentDouble = async () => {
  const all: Recorded[] = [];
  const followers = new Set<(record: Recorded) => void>();
  const ofStream = (stream: string) => all.filter((record) => record.stream === stream);

  const readStream = (call: ServerWritableStream<any, any>, options: Message) => {
    const identifier = (options['getStream']!() as Message)['getStreamIdentifier']!();
    const found = ofStream(textOf(identifier));
    if (found.length === 0)
      call.write(new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound().setStreamIdentifier(identifier)));
    for (const record of found) call.write(eventMessage(record));
    call.end();
  };

  const readAll = (call: ServerWritableStream<any, any>, options: Message) => {
    const position = (options['getAll']!() as Message)['getPosition']!() as Message | undefined;
    const from = Number(position?.['getCommitPosition']!() ?? 0);
    const isWanted = filterOf(options);
    if (options['hasSubscription']!()) return subscribe(call, from, isWanted);
    const isBackwards = options['getReadDirection']!() === 1;
    const ordered = isBackwards ? all.toReversed() : all.filter((record) => record.position >= from);
    for (const record of ordered.filter(isWanted).slice(0, Number(options['getCount']!())))
      call.write(eventMessage(record));
    call.end();
  };

  const subscribe = (call: ServerWritableStream<any, any>, from: number, isWanted: (record: Recorded) => boolean) => {
    const give = (record: Recorded) => {
      if (record.position > from && isWanted(record)) call.write(eventMessage(record));
    };
    call.write(new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId('double')));
    for (const record of all) give(record);
    followers.add(give);
    call.on('cancelled', () => followers.delete(give));
  };

  const record = (stream: string, revision: number, proposed: Message): Recorded => {
    const recorded = {
      id: (proposed['getId']!() as Message)['getString']!(),
      stream,
      revision,
      position: (all.length + 1) * bytesPerRecord,
      type: (proposed['getMetadataMap']!() as Map<string, string>).get('type') ?? '',
      data: proposed['getData_asU8']!(),
      metadata: proposed['getCustomMetadata_asU8']!(),
    };
    all.push(recorded);
    for (const give of followers) give(recorded);
    return recorded;
  };

  const append = (call: ServerReadableStream<any, any>, answer: sendUnaryData<any>) => {
    const messages: Message[] = [];
    call.on('data', (message: Message) => messages.push(message));
    call.on('end', () => {
      const options = messages[0]!['getOptions']!() as Message;
      const stream = textOf(options['getStreamIdentifier']!());
      const current = ofStream(stream).length - 1;
      const expected = options['hasNoStream']!() ? -1 : Number(options['getRevision']!());
      const response = new AppendResp();
      if (expected !== current) {
        const wrong = new AppendResp.WrongExpectedVersion();
        if (current < 0) wrong.setCurrentNoStream(new Empty());
        else wrong.setCurrentRevision(String(current));
        wrong.setExpectedRevision(String(Math.max(0, expected)));
        return answer(null, response.setWrongExpectedVersion(wrong));
      }
      const recorded = record(stream, current + 1, messages[1]!['getProposedMessage']!());
      const position = new AppendResp.Position();
      position.setCommitPosition(String(recorded.position)).setPreparePosition(String(recorded.position));
      answer(
        null,
        response.setSuccess(
          new AppendResp.Success().setCurrentRevision(String(recorded.revision)).setPosition(position),
        ),
      );
    });
  };

  const server = new Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
  server.addService(StreamsService, {
    append,
    read: (call: ServerWritableStream<any, any>) => {
      const options = call.request.getOptions() as Message;
      return options['hasStream']!() ? readStream(call, options) : readAll(call, options);
    },
    delete: (_: unknown, answer: sendUnaryData<any>) => answer(new Error('not in the double')),
    tombstone: (_: unknown, answer: sendUnaryData<any>) => answer(new Error('not in the double')),
    batchAppend: (call: ServerWritableStream<any, any>) => call.end(),
  });
  server.addService(ServerFeaturesService, {
    getSupportedMethods: (_: unknown, answer: sendUnaryData<any>) => {
      const methods = ['read', 'append'].map((name) =>
        new SupportedMethod().setServiceName('event_store.client.streams.streams').setMethodName(name),
      );
      answer(null, new SupportedMethods().setEventStoreServerVersion('25.0.0').setMethodsList(methods));
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    url: `kurrentdb://127.0.0.1:${port}?tls=false`,
    /** Changes a stored byte, as a failing disk would. */
    flip: (index: number, place: number) => {
      all[index]!.data[place]! ^= 1;
    },
    stop: async () => server.forceShutdown(),
  };
};
