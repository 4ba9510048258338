// The API server, the scheduler and the controller manager, built from the Kubernetes modules that go.mod pins: the proof
// that pods land where they should needs the real ones, and no node. Runs on any Node >= 18; needs Go.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = dirname(fileURLToPath(import.meta.url));
const [, version] = /k8s\.io\/kubernetes (v[\d.]+)/.exec(readFileSync(join(source, 'go.mod'), 'utf8'));
const [, major, minor] = /^v(\d+)\.(\d+)/.exec(version);
const cacheDir = process.env.FFAPI_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ffapi');
const built = join(cacheDir, `kubernetes-${version}`);

const go = ['go', '/usr/local/go/bin/go'].find((command) => {
  try {
    execFileSync(command, ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

if (!existsSync(built)) {
  if (!go) {
    process.stderr.write('setup  Kubernetes is not built: Go is not here\n');
    process.exit(1);
  }
  process.stderr.write(`setup  building Kubernetes ${version} into ${built} (5 to 40 minutes, once)\n`);
  const half = `${built}.half`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true });
  const of = (name, value) => `-X k8s.io/component-base/version.${name}=${value}`;
  const flags = ['-s', '-w', of('gitVersion', version), of('gitMajor', major), of('gitMinor', minor)].join(' ');
  execFileSync(go, ['build', '-trimpath', '-ldflags', flags, '-o', `${half}/`, './cmd/...'], {
    cwd: source,
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  renameSync(half, built);
}
process.stdout.write(`${built}\n`);
