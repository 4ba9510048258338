import { deepStrictEqual, match, ok } from 'node:assert/strict';
import { inContainer } from './podman.ts';

const none = '0000000000000000';

/** Not root, no capabilities, none to be had, a filter of system calls, and a root that cannot be written to. */
export const checkConfinement = async (services: readonly string[]): Promise<string> => {
  for (const service of services) {
    const status = await inContainer(service, 'cat', '/proc/1/status');
    const field = (name: string): string => new RegExp(`^${name}:\\s+(.+)$`, 'm').exec(status)?.[1] ?? '';
    const found = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'NoNewPrivs', 'Seccomp'].map(field);
    deepStrictEqual(found, [none, none, none, none, none, '1', '2'], `${service}: what its first process may do`);
    deepStrictEqual(
      field('Uid').split('\t'),
      Array.from({ length: 4 }, () => '10001'),
      service,
    );
    const mounts = (await inContainer(service, 'cat', '/proc/mounts')).split('\n').map((line) => line.split(' '));
    match(mounts.find(([, target]) => target === '/')?.[3] ?? '', /^ro,/, `${service}: its root can be written to`);
    for (const place of ['/app', '/etc', '/usr/local/bin']) {
      const written = await inContainer(service, 'touch', `${place}/tried`).then(
        () => 'written',
        (error: Error) => error.message,
      );
      match(written, /Read-only file system/, `${service} ${place}`);
    }
    ok(await inContainer(service, 'sh', '-c', 'touch /data/tried && rm /data/tried && echo kept'), service);
  }
  return `${services.length} containers run as 10001, with no capabilities, on a read-only root`;
};
