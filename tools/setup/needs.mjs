// What commands need beside the packages of npm: how each is brought in, and the programs that it is.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { aptInstall, fromDebian, isDebian } from './debian.mjs';
import { binDir, cacheDir, onPath, output, path, root, say, step, stop } from './shell.mjs';

const natsVersionMin = [2, 12];
const natsModule = 'github.com/nats-io/nats-server/v2@v2.12.2';

/** Letters of Chinese, Japanese and Korean, of Hindi, and emoji: 3 MB to fetch, where Noto's are 80. */
const smallFonts = ['fonts-dejavu-core', 'fonts-droid-fallback', 'fonts-lohit-deva', 'fonts-symbola'];

const ensureMedia = () => {
  const missing = [
    ['ffmpeg', 'ffmpeg'],
    ['ffprobe', 'ffmpeg'],
    ['bwrap', 'bubblewrap'],
  ].filter(([tool]) => !onPath(tool));
  if (missing.length === 0) return;
  const fonts = isDebian() && missing.some(([tool]) => tool === 'ffmpeg') ? smallFonts : [];
  aptInstall([...new Set(missing.map(([, pkg]) => pkg)), ...fonts], 'media tools, their sandbox and fonts');
};

const natsIsRecent = () => {
  const [, major, minor] = /v(\d+)\.(\d+)/.exec(output('nats-server', ['--version'])) ?? [];
  return (
    major !== undefined &&
    (Number(major) > natsVersionMin[0] || (Number(major) === natsVersionMin[0] && Number(minor) >= natsVersionMin[1]))
  );
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
  mkdirSync(binDir, { recursive: true });
  try {
    step(`${module} with Go (${why})`, (run) =>
      run(command, ['install', module], { env: { ...process.env, GOBIN: binDir } }),
    );
    return true;
  } catch {
    // What failed is shown; whoever asked says what to do now.
    return false;
  }
};

/** Builds or installs a server for tests; what needs one that is not to be had is skipped, and says so. */
const buildServer = (tool, lane) => {
  const built = spawnSync(process.execPath, [join(root, `tools/${tool}/build.mjs`)], {
    stdio: ['ignore', 'ignore', 2],
    env: { ...process.env, PATH: path },
  });
  if (built.status !== 0) say(`${tool} could not be built: ${lane} will be skipped`);
};

const buildWithGo = (tool, lane) => {
  if (go()) buildServer(tool, lane);
};

/** Builds what a lane is nothing without; the build says what it does. */
const mustBuildWithGo = (tool, what) => {
  const build = [join(root, 'tools', tool, 'build.mjs')];
  if (spawnSync(process.execPath, build, { stdio: ['ignore', 'ignore', 2] }).status === 0) return;
  stop(`${what} could not be built. Go 1.26 or newer is needed: https://go.dev/dl`);
};

const ensureNats = () => {
  if (natsIsRecent()) return;
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

/** With what makes a virtual environment, which Debian has in a package of its own. */
const ensurePython = () =>
  output('python3', ['-c', 'import ensurepip, venv; print("here")']) !== '' ||
  aptInstall(['python3-venv'], 'the samples and the API fuzzer');

const ensureEtcd = () =>
  onPath('etcd') ||
  (isDebian() && programFromDebian('etcd', 'etcd-server')) ||
  stop('etcd 3.5 or newer is needed: install it and put it on PATH.');

const containerPackages = {
  buildah: 'buildah',
  podman: 'podman',
  runc: 'runc',
  conmon: 'conmon',
  catatonit: 'catatonit',
  debootstrap: 'debootstrap',
  wget: 'wget',
  iptables: 'iptables',
  ip: 'iproute2',
};

/** Docker Compose is a program of its own, and speaks to Podman; where neither can be had, the lane says so. */
const ensureContainers = () => {
  if (!isDebian() || process.getuid?.() !== 0) return;
  const missing = Object.keys(containerPackages).filter((tool) => !onPath(tool));
  // Podman's networks are programs outside the PATH.
  const packages = [...missing.map((tool) => containerPackages[tool]), 'netavark', 'aardvark-dns'];
  try {
    if (missing.length > 0) aptInstall(packages, 'builds and runs images');
    if (!onPath('docker-compose')) programFromDebian('docker-compose', 'docker-compose');
  } catch {
    // What failed is shown; the lane says what it misses.
  }
};

/** By name; `tools`: the programs that it is, by name or by what their names begin with. */
export const needs = {
  media: { tools: ['ffmpeg', 'ffprobe', 'bwrap'], ensure: ensureMedia },
  nats: { tools: ['nats-server'], ensure: ensureNats },
  chromium: {
    tools: ['chromium'],
    ensure: () => onPath('chromium') || !isDebian() || aptInstall(['chromium'], 'the browser test'),
  },
  redis: {
    tools: ['redis-server'],
    ensure: () => onPath('redis-server') || !isDebian() || aptInstall(['redis-server'], 'the peer of the benchmarks'),
  },
  tesseract: { tools: ['tesseract'], ensure: ensureTesseract },
  apertium: {
    // A script that runs one small program after another.
    tools: [/^(apertium|cg-|hfst|lrx-|lsx-|lt-)/],
    ensure: () => onPath('apertium') || !isDebian() || aptInstall(['apertium-eng-spa'], 'the translator of tests'),
  },
  curl: { tools: ['curl'], ensure: () => onPath('curl') || aptInstall(['curl'], 'the commands of the README') },
  openssl: { tools: ['openssl'], ensure: () => onPath('openssl') || aptInstall(['openssl'], 'certificates of tests') },
  iproute: {
    tools: ['ip'],
    ensure: () => onPath('ip') || !isDebian() || aptInstall(['iproute2'], 'networks of tests'),
  },
  python: { tools: [/^python3/], ensure: ensurePython },
  setpriv: { tools: ['setpriv'], ensure: () => setprivIsRecent() || !isDebian() || setprivFromDebian() },
  clamd: {
    tools: ['clamd'],
    ensure: () => existsSync('/usr/sbin/clamd') || !isDebian() || aptInstall(['clamav-daemon'], 'the scanner of tests'),
  },
  ferretdb: { tools: ['ferretdb'], ensure: () => onPath('ferretdb') || buildWithGo('ferretdb', 'the MongoDB lane') },
  versitygw: { tools: ['versitygw'], ensure: () => onPath('versitygw') || buildWithGo('versitygw', 'the S3 lane') },
  azurite: {
    tools: ['azurite-blob'],
    ensure: () => onPath('azurite-blob') || buildServer('azurite', 'the Azure lane'),
  },
  'fake-gcs-server': {
    tools: ['fake-gcs-server'],
    ensure: () => onPath('fake-gcs-server') || buildWithGo('fake-gcs-server', 'the Google Cloud Storage lane'),
  },
  go: { tools: [/^(go|gofmt)$/], ensure: () => {} },
  jaeger: { tools: [], ensure: () => buildWithGo('jaeger', 'the test of traces in Jaeger') },
  kustomize: {
    tools: ['kustomize', 'kubectl'],
    ensure: () =>
      onPath('kustomize') || onPath('kubectl') || !isDebian() || programFromDebian('kustomize', 'kustomize'),
  },
  etcd: { tools: ['etcd'], ensure: ensureEtcd },
  containers: {
    tools: [...Object.keys(containerPackages), 'docker-compose', /^ip6?tables/],
    ensure: ensureContainers,
  },
  kubernetes: { tools: [], ensure: () => mustBuildWithGo('k8s', 'The control plane of Kubernetes') },
  keda: { tools: [], ensure: () => mustBuildWithGo('keda', "KEDA's operator") },
};
