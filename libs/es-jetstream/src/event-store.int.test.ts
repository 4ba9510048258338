import { eventStoreSuite } from '@ffapi/es-testing';
import { startNats } from '@ffapi/testkit';
import { connect } from '@nats-io/transport-node';
import { createJetStreamEventStore } from './event-store.ts';

const timeoutMs = 800;

const harness = async () => {
  const nats = await startNats();
  const connection = await connect({ servers: nats.url });
  const openOn = (streamConnection: typeof connection, monitorUrl: string) =>
    createJetStreamEventStore({ connection: streamConnection, monitorUrl, durability: 'verified', timeoutMs });
  const closers: (() => Promise<unknown>)[] = [() => connection.close(), () => nats.stop()];
  return {
    timeoutMs,
    open: () => openOn(connection, nats.monitorUrl),
    openOther: async () => {
      const other = await startNats();
      const otherConnection = await connect({ servers: other.url });
      closers.unshift(
        () => otherConnection.close(),
        () => other.stop(),
      );
      return openOn(otherConnection, other.monitorUrl);
    },
    cutOff: () => nats.kill(),
    close: async () => {
      for (const close of closers) await close();
    },
  };
};

eventStoreSuite('JetStream', harness);
