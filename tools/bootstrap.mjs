// Runs on any Node >= 18 and needs nothing installed: it brings in what a command needs, then hands over to the
// pinned Node of node_modules. A second run finds everything in place and starts at once.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cacheDir = process.env.FFAPI_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ffapi');
const binDir = join(cacheDir, 'bin');
const path = [join(root, 'node_modules', '.bin'), binDir, process.env.PATH ?? ''].join(delimiter);
// V8 doubles its young generation with every burst, up to 48 MiB, and keeps it: long-lived processes look as if they leaked.
const nodeFlags = JSON.parse(readFileSync(join(root, 'infra/local/node-flags.json'), 'utf8'));
const natsVersionMin = [2, 12];
const natsModule = 'github.com/nats-io/nats-server/v2@v2.12.2';

const commands = {
  start: { script: 'infra/local/src/main.ts', needs: ['media', 'nats'] },
  demo: { script: 'infra/local/src/demo.ts', needs: ['media', 'nats'] },
  test: {
    script: 'tools/test/main.ts',
    needs: ['media', 'nats', 'chromium', 'ferretdb', 'versitygw', 'tesseract', 'apertium', 'clamd', 'kustomize'],
  },
  bench: { script: 'bench/main.ts', needs: ['media', 'nats', 'redis'] },
  capacity: { script: 'bench/capacity/main.ts', needs: ['media', 'nats'] },
  faults: { script: 'e2e/faults/main.ts', needs: ['media', 'nats', 'ferretdb'] },
  'test-media': { script: 'e2e/media/main.ts', needs: ['media', 'nats', 'tesseract'] },
  'test-apart': {
    script: 'e2e/apart/main.ts',
    needs: ['media', 'nats', 'chromium', 'ferretdb', 'versitygw', 'jaeger'],
  },
  'test-images': { script: 'e2e/images/main.ts', needs: ['media', 'nats', 'setpriv'] },
  ffapi: { script: 'infra/local/src/cli.ts', needs: ['media', 'nats'] },
  'test-k8s': { script: 'e2e/k8s/main.ts', needs: ['media', 'nats', 'kustomize', 'etcd', 'kubernetes', 'keda'] },
  setup: { script: null, needs: ['media', 'nats'] },
};

const say = (text) => process.stderr.write(`setup  ${text}\n`);
const stop = (text) => {
  process.stderr.write(`\n${text}\n`);
  process.exit(1);
};
const onPath = (tool) =>
  path
    .split(delimiter)
    .some((dir) => dir !== '' && !dir.startsWith(join(root, 'node_modules')) && existsSync(join(dir, tool)));
const run = (command, args, options = {}) => execFileSync(command, args, { stdio: ['ignore', 2, 2], ...options });
const output = (command, args) => {
  const result = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, PATH: path } });
  return result.status === 0 ? result.stdout : '';
};
const isDebian = () => onPath('apt-get') && existsSync('/etc/debian_version');

const ensureModules = () => {
  const stamp = join(root, 'node_modules', '.ffapi-lock');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('installing the npm packages of package-lock.json');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root });
  writeFileSync(stamp, wanted);
};

const aptInstall = (packages, why) => {
  if (!isDebian())
    stop(`${why}: install ${packages.join(', ')} with your system's package manager and run this again.`);
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo'];
  if (asRoot.length > 0 && !onPath('sudo')) stop(`${why}: as root, run  apt-get install ${packages.join(' ')}`);
  say(`${asRoot.length > 0 ? 'with sudo: ' : ''}apt-get install ${packages.join(' ')} (${why})`);
  const apt = (...args) => {
    const [command, ...rest] = [...asRoot, 'apt-get', ...args];
    run(command, rest, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  };
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
};

const ensureMedia = () => {
  const missing = [
    ['ffmpeg', 'ffmpeg'],
    ['ffprobe', 'ffmpeg'],
    ['bwrap', 'bubblewrap'],
  ].filter(([tool]) => !onPath(tool));
  if (missing.length > 0) aptInstall([...new Set(missing.map(([, pkg]) => pkg))], 'media tools and their sandbox');
};

const natsIsRecent = () => {
  const [, major, minor] = /v(\d+)\.(\d+)/.exec(output('nats-server', ['--version'])) ?? [];
  return (
    major !== undefined &&
    (Number(major) > natsVersionMin[0] || (Number(major) === natsVersionMin[0] && Number(minor) >= natsVersionMin[1]))
  );
};

/** Hands over packages of another suite of Debian, fetched through apt, signature checked, unpacked beside the system. */
const fromDebian = (suite, packages, use) => {
  const mirrors = output('apt-get', ['indextargets', '--format', '$(SUITE) $(REPO_URI)'])
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const mirror = mirrors.find(([name, uri]) => uri && !/-|security/.test(name))?.[1];
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  if (!mirror || !existsSync(keyring)) return false;
  const state = join(tmpdir(), `ffapi-apt-${process.pid}`);
  try {
    for (const dir of ['lists/partial', 'cache/archives/partial', 'out'])
      mkdirSync(join(state, dir), { recursive: true });
    writeFileSync(join(state, 'sources.list'), `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`);
    writeFileSync(join(state, 'status'), '');
    const options = [
      `Dir::Etc::SourceList=${state}/sources.list`,
      'Dir::Etc::SourceParts=-',
      `Dir::State=${state}`,
      `Dir::State::Lists=${state}/lists`,
      `Dir::State::Status=${state}/status`,
      `Dir::Cache=${state}/cache`,
      'APT::Sandbox::User=root',
    ].flatMap((option) => ['-o', option]);
    run('apt-get', [...options, '-qq', 'update']);
    run('apt-get', [...options, '-qq', 'download', ...packages], { cwd: join(state, 'out') });
    for (const deb of readdirSync(join(state, 'out')))
      run('dpkg', ['-x', join(state, 'out', deb), join(state, 'root')]);
    mkdirSync(binDir, { recursive: true });
    return use(join(state, 'root'));
  } catch (error) {
    say(`${packages.join(', ')} of Debian ${suite} could not be fetched: ${error.message}`);
    return false;
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
};

/** Debian's stable suites are too old, its newest one is not. */
const natsFromDebian = () =>
  fromDebian('sid', ['nats-server'], (unpacked) => {
    const found = ['usr/sbin', 'usr/bin']
      .map((dir) => join(unpacked, dir, 'nats-server'))
      .find((file) => existsSync(file));
    copyFileSync(found, join(binDir, 'nats-server'));
    chmodSync(join(binDir, 'nats-server'), 0o755);
    return natsIsRecent();
  });

/** Programs of Debian's newest suite that need nothing of it but the C library. */
const programFromDebian = (name, pkg) =>
  fromDebian('sid', [pkg], (unpacked) => {
    copyFileSync(join(unpacked, 'usr/bin', name), join(binDir, name));
    chmodSync(join(binDir, name), 0o755);
    return output(name, ['--help']) !== '';
  });

const setprivIsRecent = () => output('setpriv', ['--help']).includes('--landlock-access');

/** Debian 13's setpriv runs on an older one with its own loader and libraries; what it starts uses the system's. */
const setprivFromDebian = () =>
  fromDebian('trixie', ['util-linux', 'libc6', 'libcap-ng0'], (unpacked) => {
    const dir = join(cacheDir, 'setpriv');
    mkdirSync(dir, { recursive: true });
    const wanted = /\/(ld-linux[^/]*\.so\.\d|libc\.so\.6|libcap-ng\.so\.0|bin\/setpriv)$/;
    const files = readdirSync(join(unpacked, 'usr'), { recursive: true }).filter((file) => wanted.test(`/${file}`));
    for (const file of files) copyFileSync(join(unpacked, 'usr', file), join(dir, basename(file)));
    const loader = readdirSync(dir).find((file) => file.startsWith('ld-linux'));
    const wrapper = join(binDir, 'setpriv');
    writeFileSync(wrapper, `#!/bin/sh\nexec '${dir}/${loader}' --library-path '${dir}' '${dir}/setpriv' "$@"\n`);
    for (const file of [wrapper, join(dir, loader), join(dir, 'setpriv')]) chmodSync(file, 0o755);
    return setprivIsRecent();
  });

const go = () => ['go', '/usr/local/go/bin/go'].find((command) => output(command, ['version']) !== '');

const goInstall = (module, why) => {
  const command = go();
  if (!command) return false;
  say(`go install ${module} (${why})`);
  mkdirSync(binDir, { recursive: true });
  return (
    spawnSync(command, ['install', module], { stdio: ['ignore', 2, 2], env: { ...process.env, GOBIN: binDir } })
      .status === 0
  );
};

/** Builds a server for tests; without Go what needs it is skipped, and says so. */
const buildWithGo = (tool, lane) => {
  if (!go()) return;
  const built = spawnSync(process.execPath, [join(root, `tools/${tool}/build.mjs`)], {
    stdio: ['ignore', 'ignore', 2],
    env: { ...process.env, PATH: path },
  });
  if (built.status !== 0) say(`${tool} could not be built: ${lane} will be skipped`);
};

/** Builds what a lane is nothing without; the build says what it does. */
const mustBuildWithGo = (tool, what) => {
  const build = [join(root, 'tools', tool, 'build.mjs')];
  if (spawnSync(process.execPath, build, { stdio: ['ignore', 'ignore', 2] }).status === 0) return;
  stop(`${what} could not be built. Go 1.26 or newer is needed: https://go.dev/dl`);
};

const ensureNats = () => {
  if (natsIsRecent()) return;
  say(`nats-server ${natsVersionMin.join('.')} or newer is not here: fetching it into ${binDir}`);
  if (isDebian() && natsFromDebian()) return;
  if (goInstall(natsModule, 'the event bus') && natsIsRecent()) return;
  stop(
    `nats-server ${natsVersionMin.join('.')} or newer is needed: install it from https://nats.io/download and put it on PATH.`,
  );
};

/** Reads text out of pictures, in the languages of the measured cases. */
const ensureTesseract = () => {
  const known = output('tesseract', ['--list-langs']).split('\n');
  const missing = ['eng', 'deu'].filter((language) => !known.includes(language));
  if (missing.length === 0 || !isDebian()) return;
  aptInstall(['tesseract-ocr', ...missing.map((language) => `tesseract-ocr-${language}`)], 'reads drawn text in tests');
};

const ensure = {
  media: ensureMedia,
  nats: ensureNats,
  chromium: () => onPath('chromium') || !isDebian() || aptInstall(['chromium'], 'the browser test'),
  redis: () => onPath('redis-server') || !isDebian() || aptInstall(['redis-server'], 'the peer of the benchmarks'),
  tesseract: ensureTesseract,
  apertium: () => onPath('apertium') || !isDebian() || aptInstall(['apertium-eng-spa'], 'the translator of tests'),
  setpriv: () => setprivIsRecent() || !isDebian() || setprivFromDebian(),
  clamd: () => existsSync('/usr/sbin/clamd') || !isDebian() || aptInstall(['clamav-daemon'], 'the scanner of tests'),
  ferretdb: () => onPath('ferretdb') || buildWithGo('ferretdb', 'the MongoDB lane'),
  versitygw: () => onPath('versitygw') || buildWithGo('versitygw', 'the S3 lane'),
  jaeger: () => buildWithGo('jaeger', 'the test of traces in Jaeger'),
  kustomize: () =>
    onPath('kustomize') || onPath('kubectl') || !isDebian() || programFromDebian('kustomize', 'kustomize'),
  etcd: () =>
    onPath('etcd') ||
    (isDebian() && programFromDebian('etcd', 'etcd-server')) ||
    stop('etcd 3.5 or newer is needed: install it and put it on PATH.'),
  kubernetes: () => mustBuildWithGo('k8s', 'The control plane of Kubernetes'),
  keda: () => mustBuildWithGo('keda', "KEDA's operator"),
};

const [name, ...args] = process.argv.slice(2);
const command = commands[name];
if (!command) stop(`usage: node tools/bootstrap.mjs ${Object.keys(commands).join('|')}`);
ensureModules();
for (const need of command.needs) ensure[need]();
// With RELOAD the platform starts again, after a clean end, whenever one of its sources is written.
const watchFlags =
  name === 'start' && /^(true|1)$/.test(process.env.RELOAD ?? '') ? ['--watch-preserve-output', '--watch'] : [];
if (command.script) {
  const argv = [...nodeFlags, ...watchFlags, join(root, command.script), ...args];
  const child = spawn(join(root, 'node_modules', '.bin', 'node'), argv, {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: path,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(cacheDir, 'compile'),
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
