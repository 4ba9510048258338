import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../eventually.ts';
import { takeChildrenAlong } from '../faults/children.ts';
import { compose, composedServices } from './compose.ts';
import { checkConfinement } from './confinement.ts';
import { convertFilm, refuseVirus, surviveKill } from './film.ts';
import { runHealthChecks } from './health-clock.ts';
import { inspect, podman } from './podman.ts';
import { checkReach } from './reach.ts';
import { run, start } from './run.ts';
import { makeWorld } from './world.ts';

/** Runs where only this lane is: the Compose file comes up, does its work, is looked into, and ends. */
const dir = process.argv[2] ?? '';
const say = (text: string): void => void process.stdout.write(`${text}\n`);
takeChildrenAlong();

/** Far beyond what any takes: it is an end to waiting, not a bound on speed. */
const checkMsMax = 300_000;
const failures: string[] = [];
/** Says what a check found, or why it failed, and how long it took. */
const check = async (what: string, look: () => Promise<string>): Promise<void> => {
  const startMs = performance.now();
  const seconds = (): string => `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
  try {
    const late = delay(checkMsMax, undefined, { ref: false }).then(() =>
      Promise.reject(new Error('it takes too long')),
    );
    say(`ok      ${what}: ${await Promise.race([look(), late])}  (${seconds()})`);
  } catch (error) {
    failures.push(what);
    say(`FAILED  ${what}  (${seconds()})\n${(error as Error).message}`);
  }
};

// Podman and its networks keep names and addresses there.
await run(['mount', '-t', 'tmpfs', 'tmpfs', '/run']);
const world = await makeWorld();
const socket = join(dir, 'podman.sock');
start(['podman', 'system', 'service', '--time', '0', `unix://${socket}`]);
await eventually(() => existsSync(socket) || undefined);
const daemon = `unix://${socket}`;
const services = await composedServices();
const running = Object.keys(services).filter((name) => services[name]?.scale !== 0);
const own = running.filter((name) => services[name]?.build !== undefined);

const ended = new AbortController();
const clock = runHealthChecks(ended.signal);
await check('docker compose up', async () => {
  await compose(['up', '--detach', '--no-build', '--pull', 'never', '--wait'], daemon);
  return `${running.length} containers are healthy`;
});
if (failures.length === 0) {
  await check('a film through the gateway', () => convertFilm(dir));
  await check('a container killed during its job', () => surviveKill(dir));
  await check('a file with a virus', () => refuseVirus());
  await check('confinement, looked up inside', () => checkConfinement(own));
  await check('what media containers reach', () => checkReach(world));
}
ended.abort();
await clock;
if (failures.length > 0)
  for (const name of own) say(`${name}: ${await podman('logs', '--tail', '8', `ffapi-${name}-1`).catch(String)}`);
await check('docker compose stop', async () => {
  await compose(['stop'], daemon);
  for (const name of own) {
    const code = await inspect(name, '{{.State.ExitCode}}');
    if (code !== '0') throw new Error(`${name} ended with ${code}`);
  }
  return `${own.length} services ended by themselves`;
});
process.exit(failures.length === 0 ? 0 : 1);
