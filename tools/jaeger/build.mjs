// Jaeger 2 is a collector of OpenTelemetry with a store and a query API: what traces come to in tests.
// Runs on any Node >= 18; needs Go. Its own go.mod has replacements, so it is built as a tool of the module here.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [, version] = /github\.com\/jaegertracing\/jaeger (v\S+)/.exec(readFileSync(join(here, 'go.mod'), 'utf8'));
const cacheDir = process.env.FFAPI_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ffapi');
const dir = join(cacheDir, `jaeger-${version}`);
const binary = join(dir, 'jaeger');

const go = ['go', '/usr/local/go/bin/go'].find((command) => {
  try {
    execFileSync(command, ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

if (!existsSync(binary)) {
  if (!go) {
    process.stderr.write('setup  Jaeger is not built: Go is not here\n');
    process.exit(1);
  }
  process.stderr.write(`setup  building Jaeger ${version} into ${dir}: some minutes\n`);
  mkdirSync(dir, { recursive: true });
  const argv = ['build', '-trimpath', '-ldflags=-s -w', '-o', binary, 'github.com/jaegertracing/jaeger/cmd/jaeger'];
  execFileSync(go, argv, { cwd: here, env: { ...process.env, CGO_ENABLED: '0' }, stdio: ['ignore', 2, 2] });
}
process.stdout.write(`${binary}\n`);
