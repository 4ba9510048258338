import { spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { all, argvOf, envOf, readDockerfile } from '../../infra/docker/dockerfile.ts';
import { keepTrack } from '../faults/children.ts';

const uid = 10_001;
const startMsMax = 60_000;
const image = readDockerfile('service.Dockerfile').stages.at(-1);

export interface Container {
  readonly name: string;
  /** What the image has in /app. */
  readonly tree: string;
  readonly dataDir: string;
  readonly node: string;
  readonly env: Readonly<Record<string, string>>;
  /** As the user of the image, to whom nothing of the tree belongs. */
  readonly isUnprivileged: boolean;
}

/** Starts the command of the image, asks what its health check asks once it is ready, and ends it; tells the seconds. */
export const tryOut = async ({ name, tree, dataDir, node, env: given, isUnprivileged }: Container): Promise<number> => {
  const { PATH = '' } = process.env;
  const env = { PATH, ...envOf(image), SERVICES: name, ...given, FFAPI_DATA_DIR: dataDir };
  const user = isUnprivileged ? { uid, gid: uid } : {};
  mkdirSync(dataDir, { recursive: true });
  if (isUnprivileged) chownSync(dataDir, uid, uid);
  const startMs = performance.now();
  const [, ...args] = argvOf(all(image, 'CMD')[0]);
  const child = keepTrack(spawn(node, args, { cwd: tree, env, ...user, stdio: ['ignore', 'pipe', 'pipe'] }));
  let said = '';
  const exited = new Promise<number | null>((resolve) => void child.once('exit', resolve));
  const ready = new Promise<boolean>((resolve) => {
    const hear = (text: Buffer): void => {
      said = (said + text.toString('utf8')).slice(-8192);
      if (/^ready /m.test(said)) resolve(true);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    void exited.then(() => resolve(false));
    setTimeout(() => resolve(false), startMsMax).unref();
  });
  const isReady = await ready;
  const seconds = (performance.now() - startMs) / 1000;
  const [, ...check] = argvOf(all(image, 'HEALTHCHECK')[0]);
  const isHealthy = isReady && spawnSync(node, check, { cwd: join(tree), env, ...user }).status === 0;
  child.kill('SIGTERM');
  const code = await exited;
  if (!isReady) throw new Error(`${name} did not become ready: ${said.trim()}`);
  if (!isHealthy) throw new Error(`${name} is not healthy: ${said.trim()}`);
  if (code !== 0) throw new Error(`${name} ended with ${String(code)}: ${said.trim()}`);
  return seconds;
};
