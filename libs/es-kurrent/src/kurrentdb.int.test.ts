import { existsSync } from 'node:fs';
import { eventStoreSuite } from '@ffapi/es-testing';
import { GenericContainer, Wait } from 'testcontainers';
import { it } from 'vitest';
import { createKurrentEventStore } from './event-store.ts';

const image = process.env['KURRENTDB_TEST_IMAGE'] ?? 'kurrentplatform/kurrentdb:25.1';
const port = 2113;
const timeoutMs = 5_000;

const start = async () => {
  const container = await new GenericContainer(image)
    .withCommand(['--insecure', '--mem-db'])
    .withExposedPorts(port)
    .withWaitStrategy(Wait.forHttp('/health/live', port).forStatusCode(204))
    .start();
  const url = `kurrentdb://${container.getHost()}:${container.getMappedPort(port)}?tls=false`;
  return { url, stop: async () => void (await container.stop()) };
};

if (existsSync('/var/run/docker.sock') || process.env['DOCKER_HOST']) {
  eventStoreSuite('KurrentDB', async () => {
    const database = await start();
    const others: (() => Promise<void>)[] = [];
    return {
      timeoutMs,
      open: async () => createKurrentEventStore({ url: database.url, timeoutMs }),
      openOther: async () => {
        const other = await start();
        others.push(other.stop);
        return createKurrentEventStore({ url: other.url, timeoutMs });
      },
      cutOff: database.stop,
      close: async () => {
        for (const stop of [...others, database.stop]) await stop().catch(() => {});
      },
    };
  });
} else {
  console.log('LANE SKIPPED kurrentdb: Docker is not reachable, so the suite ran against the double only');
  it.skip('the suite against KurrentDB needs Docker', () => {});
}
