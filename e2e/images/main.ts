import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCompose, type ComposeService } from '../../infra/docker/compose-file.ts';
import { root } from '../../infra/docker/dockerfile.ts';
import { keepTrack, takeChildrenAlong } from '../faults/children.ts';
import { freePorts } from '@ffapi/testkit';
import { tryOut } from './container.ts';
import { buildTree } from './tree.ts';

/** Each service from the tree that its image has, with the environment of docker-compose.yml, against NATS as configured there. */
const dir = mkdtempSync(join(tmpdir(), 'ffapi-images-'));
const secrets: Readonly<Record<string, string>> = {
  SECRETS_KEY: randomBytes(32).toString('base64'),
  ADMIN_API_KEY: randomBytes(24).toString('hex'),
};

/** The values that Compose gives where the environment gives none but the secrets. */
const environmentOf = ({ environment = {} }: ComposeService): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      String(value).replace(
        /^\$\{(\w+):[-?](.*)\}$/,
        (_, variable: string, preset: string) => secrets[variable] ?? preset,
      ),
    ]),
  );

const startNats = async (port: number, monitorPort: number): Promise<ReturnType<typeof spawn>> => {
  const where = ['--addr', '127.0.0.1', '--port', String(port), '--http_port', String(monitorPort)];
  const config = ['--config', join(root, 'infra/docker/nats.conf'), '--store_dir', join(dir, 'nats')];
  const nats = keepTrack(spawn('nats-server', [...config, ...where], { stdio: ['ignore', 'ignore', 'pipe'] }));
  let said = '';
  for await (const chunk of nats.stderr?.iterator({ destroyOnReturn: false }) ?? []) {
    said += String(chunk);
    if (!said.includes('Server is ready')) continue;
    nats.stderr?.resume();
    return nats;
  }
  throw new Error(`nats-server ended: ${said.trim()}`);
};

takeChildrenAlong();
const { services } = readCompose();
const known = Object.keys(services).filter((name) => services[name]?.build?.args?.SERVICE === name);
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`there is no ${unknown.join(', ')}; there are ${known.join(', ')}\n`);
  process.exit(2);
}

const [natsPort = 0, monitorPort = 0, port = 0, blobPort = 0, metricsPort = 0] = await freePorts(5);
chmodSync(dir, 0o755);
const node = join(dir, 'node');
copyFileSync(process.execPath, node);
const nats = await startNats(natsPort, monitorPort);

/** What is elsewhere than in a container, or is not here. */
const settingsHere = ({ environment = {} }: ComposeService): Record<string, string> => ({
  HOST: '127.0.0.1',
  NATS_URL: `nats://127.0.0.1:${natsPort}`,
  NATS_MONITOR_URL: `http://127.0.0.1:${monitorPort}`,
  METRICS_PORT: String(metricsPort),
  ...(environment.PORT === undefined ? {} : { PORT: String(port) }),
  ...(environment.BLOB_PORT === undefined ? {} : { BLOB_PORT: String(blobPort), BLOB_HOST: '127.0.0.1' }),
  ...(environment.DATABASE_URL === undefined ? {} : { DATABASE_URL: 'sqlite:' }),
  ...(environment.FONTS_DIR === undefined ? {} : { FONTS_DIR: '' }),
});

/** Of development. */
const strangers = ['vitest', 'playwright-core', 'typescript-7'];

const failureOf = async (name: string): Promise<string | null> => {
  const service = services[name] as ComposeService;
  // As in the image: npm takes a folder for the workspace of the same name.
  const tree = join(dir, name, 'app');
  try {
    const startMs = performance.now();
    buildTree(service.build?.args ?? {}, tree);
    const builtSeconds = (performance.now() - startMs) / 1000;
    const { components } = JSON.parse(readFileSync(join(tree, 'npm.cdx.json'), 'utf8')) as { components: unknown[] };
    // Only root can be somebody else, and the sandbox of this machine may lie where only root may look.
    const isUnprivileged = process.getuid?.() === 0 && service.environment?.SANDBOX === undefined;
    const env = { ...environmentOf(service), ...settingsHere(service) };
    const readySeconds = await tryOut({ name, tree, node, env, isUnprivileged, dataDir: join(dir, name, 'data') });
    const stray = strangers.filter((each) => existsSync(join(tree, 'node_modules', each)));
    if (components.length < 50 || components.length > (name === 'gateway' ? 400 : 200))
      return `${name}: npm.cdx.json names ${components.length} packages`;
    if (stray.length > 0) return `${name}: ${stray.join(', ')} should not be in the image`;
    process.stdout.write(
      `ok      ${name.padEnd(10)}  ${components.length} packages, built in ${builtSeconds.toFixed(0)} s, ready in ${readySeconds.toFixed(1)} s${isUnprivileged ? ', as its own user' : ''}\n`,
    );
    return null;
  } catch (error) {
    return `${name}: ${(error as Error).message}`;
  } finally {
    rmSync(join(dir, name), { recursive: true, force: true });
  }
};

const failures: string[] = [];
for (const name of asked.length > 0 ? asked : known) {
  const failure = await failureOf(name);
  if (failure === null) continue;
  failures.push(failure);
  process.stdout.write(`FAILED  ${failure}\n`);
}
nats.kill('SIGTERM');
await once(nats, 'exit');
rmSync(dir, { recursive: true, force: true });
process.exit(failures.length === 0 ? 0 : 1);
