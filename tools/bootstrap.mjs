// Runs on any Node >= 18 and needs nothing installed: it brings in what a command needs, then hands over to the
// pinned Node of node_modules. A second run finds everything in place and starts at once.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredPath } from './setup/declared-path.mjs';
import { needs } from './setup/needs.mjs';
import { cacheDir, path, root, step, stop } from './setup/shell.mjs';

// V8 doubles its young generation with every burst, up to 48 MiB, and keeps it: long-lived processes look as if they leaked.
const nodeFlags = JSON.parse(readFileSync(join(root, 'infra/local/node-flags.json'), 'utf8'));
const parentCheckMs = 250;

/** `packages`: those that run the platform, or all. A lane of tests sees only the programs that it declares. */
const product = { packages: 'runtime', isLane: false };
const tests = { packages: 'all', isLane: true };
const testNeeds = `
  media nats setpriv chromium tesseract apertium clamd ferretdb versitygw azurite fake-gcs-server kustomize curl openssl python iproute go
`
  .trim()
  .split(/\s+/);
const commands = {
  start: { ...product, script: 'infra/local/src/main.ts', needs: ['media', 'nats'] },
  demo: { ...product, script: 'infra/local/src/demo.ts', needs: ['media', 'nats'] },
  ffapi: { ...product, script: 'infra/local/src/cli.ts', needs: ['media', 'nats'] },
  new: { ...tests, isLane: false, script: 'tools/new/main.ts', needs: [] },
  setup: { ...product, script: null, needs: ['media', 'nats'] },
  test: {
    ...tests,
    script: 'tools/test/main.ts',
    argv: ['fast'],
    needs: testNeeds,
  },
  'test-slow': { ...tests, script: 'tools/test/main.ts', argv: ['slow'], needs: testNeeds },
  check: { ...tests, script: 'tools/test/main.ts', argv: ['check'], needs: testNeeds },
  gen: { ...tests, script: 'tools/gen/main.ts', needs: [] },
  format: { ...tests, script: 'node_modules/oxfmt/bin/oxfmt', needs: [] },
  bench: { ...tests, isLane: false, script: 'bench/main.ts', needs: ['media', 'nats', 'redis'] },
  capacity: { ...tests, script: 'bench/capacity/main.ts', needs: ['media', 'nats'] },
  faults: { ...tests, script: 'e2e/faults/main.ts', needs: ['media', 'nats', 'ferretdb', 'iproute'] },
  'test-media': { ...tests, script: 'e2e/media/main.ts', needs: ['media', 'nats', 'tesseract'] },
  'test-odd': { ...tests, script: 'e2e/odd/main.ts', needs: ['media', 'nats'] },
  'test-peaks': { ...tests, script: 'e2e/peaks/main.ts', needs: ['media'] },
  'test-players': { ...tests, script: 'e2e/players/main.ts', needs: ['media', 'nats', 'chromium'] },
  'test-processes': {
    ...tests,
    script: 'e2e/processes/main.ts',
    needs: [
      'media',
      'nats',
      'chromium',
      'ferretdb',
      'versitygw',
      'azurite',
      'fake-gcs-server',
      'jaeger',
      'curl',
      'python',
      'iproute',
    ],
  },
  'test-images': { ...tests, script: 'e2e/images/main.ts', needs: ['media', 'nats', 'setpriv'] },
  'test-containers': {
    ...tests,
    script: 'e2e/containers/main.ts',
    needs: ['media', 'nats', 'setpriv', 'ferretdb', 'iproute', 'containers'],
  },
  'test-k8s': {
    ...tests,
    script: 'e2e/k8s/main.ts',
    needs: ['media', 'nats', 'kustomize', 'etcd', 'kubernetes', 'keda'],
  },
};

/** Installs the packages of npm that a command needs; where all were installed, it stays all. */
const ensurePackages = (needed) => {
  const stamp = join(root, 'node_modules', '.ffapi-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const [installed, packages] = existsSync(stamp) ? readFileSync(stamp, 'utf8').split(' ') : [];
  const wanted = packages === 'all' ? 'all' : needed;
  if (installed === lock && packages === wanted) return;
  step(`npm packages of package-lock.json${wanted === 'all' ? '' : ', without those of development'}`, (run) =>
    run('npm', ['ci', ...(wanted === 'all' ? [] : ['--omit=dev']), '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      shell: process.platform === 'win32',
    }),
  );
  writeFileSync(stamp, `${lock} ${wanted}`);
};

const [name, ...args] = process.argv.slice(2);
const command = commands[name];
if (!command) stop(`usage: node tools/bootstrap.mjs ${Object.keys(commands).join('|')}`);
ensurePackages(command.packages);
for (const need of command.needs) needs[need].ensure();
// With RELOAD the platform starts again, after a clean end, whenever one of its sources is written.
const watchFlags =
  name === 'start' && /^(true|1)$/.test(process.env.RELOAD ?? '') ? ['--watch-preserve-output', '--watch'] : [];
if (command.script) {
  const argv = [...nodeFlags, ...watchFlags, join(root, command.script), ...(command.argv ?? []), ...args];
  const child = spawn(join(root, 'node_modules', '.bin', 'node'), argv, {
    // Through the channel it learns that this process is gone, in whatever way it went.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      PATH: command.isLane ? declaredPath(command.needs) : path,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(cacheDir, 'compile'),
    },
  });
  const end = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(signal));
  // npm, and the shell between, may end without a word to what they have started.
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || end('SIGTERM'), parentCheckMs).unref();
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
