import { deepStrictEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../../infra/docker/dockerfile.ts';
import { inspect, runScript } from './podman.ts';
import type { World } from './world.ts';

const media = ['transcode', 'audio', 'subtitle', 'thumbnail'];

const reach = (service: string, host: string, port: number): Promise<string> =>
  runScript(service, join(root, 'e2e/containers/reach.cjs'), host, String(port));

/** Media containers have NATS and the storage service, and no way out; a service that has one shows that it is there. */
export const checkReach = async (world: World): Promise<string> => {
  const addresses = await inspect('mongodb', '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}');
  const gateway = await inspect('nats', '{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}');
  const answers: Record<string, string> = {};
  for (const service of media) {
    const found = {
      'nats:4222': await reach(service, 'nats', 4222),
      'storage:4000': await reach(service, 'storage', 4000),
      'mongodb by name': await reach(service, 'mongodb', 27_017),
      'mongodb by address': await reach(service, addresses.trim(), 27_017),
      'the published port': await reach(service, gateway, 3000),
      'this machine': await reach(service, ...world.thisMachine),
      'another machine': await reach(service, ...world.beyond),
    };
    Object.assign(answers, found);
    const isOpen = Object.entries(found).filter(([, answer]) => answer === 'open');
    deepStrictEqual(
      isOpen.map(([where]) => where),
      ['nats:4222', 'storage:4000'],
      `${service}: ${JSON.stringify(found)}`,
    );
  }
  // Without this, the refusals above would say nothing.
  deepStrictEqual(
    [await reach('webhook', ...world.thisMachine), await reach('webhook', ...world.beyond)],
    ['open', 'open'],
    'webhook',
  );
  deepStrictEqual(await reach('gateway', 'mongodb', 27_017), 'open', 'gateway');
  return Object.entries(answers)
    .map(([where, answer]) => `${where} ${answer}`)
    .join(', ');
};
