import { execPath } from 'node:process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from '../../infra/docker/dockerfile.ts';
import { takeChildrenAlong } from '../faults/children.ts';
import { composedServices } from './compose.ts';
import { fenced } from './fence.ts';
import { ImageBuilder } from './images.ts';
import { start } from './run.ts';
import { whyNotHere } from './why-not.ts';
import { closeWorkplace, openWorkplace, storageEnvironment } from './workplace.ts';

/**
 * The images of all services, built, and docker-compose.yml run by Docker Compose on Podman: in a machine of its own
 * inside this one, which has its own network, processes and mounts and goes away with all of them.
 */
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const reason = await whyNotHere();
if (reason !== null) {
  say(`LANE SKIPPED containers: ${reason}`);
  process.exit(0);
}
takeChildrenAlong();
const work = openWorkplace();
process.on('exit', () => closeWorkplace(work));

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
for await (const { name, seconds, bytes } of new ImageBuilder(work).build(await composedServices()))
  say(`built   ${name.padEnd(40)}  ${seconds.toFixed(0).padStart(4)} s  ${megabytes(bytes).padStart(7)}`);

const inside = [execPath, join(root, 'e2e/containers/in-machine.ts'), work.dir] as const;
const machine = start(fenced(inside, 'own'), storageEnvironment(work, 'run'), 'inherit');
const [code] = (await once(machine, 'exit')) as [number | null];
process.exit(code ?? 1);
