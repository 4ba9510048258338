// The API server, the scheduler and the controller manager, built from the Kubernetes modules that go.mod pins: the proof
// that pods land where they should needs the real ones, and no node. Runs on any Node >= 18; needs Go.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFolderOnce, cacheDir } from '../go.mjs';

const source = dirname(fileURLToPath(import.meta.url));
const [, version] = /k8s\.io\/kubernetes (v[\d.]+)/.exec(readFileSync(join(source, 'go.mod'), 'utf8'));
const [, major, minor] = /^v(\d+)\.(\d+)/.exec(version);
const of = (name, value) => `-X k8s.io/component-base/version.${name}=${value}`;
const flags = ['-s', '-w', of('gitVersion', version), of('gitMajor', major), of('gitMinor', minor)].join(' ');

buildFolderOnce({
  name: `Kubernetes ${version}`,
  takes: '5 to 40 minutes',
  folder: join(cacheDir, `kubernetes-${version}`),
  build: (_, folder, compile) => compile(source, '-trimpath', '-ldflags', flags, '-o', `${folder}/`, './cmd/...'),
});
