// The API server, the scheduler and the controller manager, built from the Kubernetes modules that go.mod pins: the proof
// that pods land where they should needs the real ones, and no node. Runs on any Node >= 18; needs Go.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir, requireGo } from '../go.mjs';

const source = dirname(fileURLToPath(import.meta.url));
const [, version] = /k8s\.io\/kubernetes (v[\d.]+)/.exec(readFileSync(join(source, 'go.mod'), 'utf8'));
const [, major, minor] = /^v(\d+)\.(\d+)/.exec(version);
const built = join(cacheDir, `kubernetes-${version}`);

if (!existsSync(built)) {
  const go = requireGo('Kubernetes');
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
