// Jaeger 2 is a collector of OpenTelemetry with a store and a query API: what traces come to in tests.
// Runs on any Node >= 18; needs Go. Its own go.mod has replacements, so it is built as a tool of the module here.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir, requireGo } from '../go.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [, version] = /github\.com\/jaegertracing\/jaeger (v\S+)/.exec(readFileSync(join(here, 'go.mod'), 'utf8'));
const dir = join(cacheDir, `jaeger-${version}`);
const binary = join(dir, 'jaeger');

if (!existsSync(binary)) {
  const go = requireGo('Jaeger');
  process.stderr.write(`setup  building Jaeger ${version} into ${dir}: some minutes\n`);
  mkdirSync(dir, { recursive: true });
  const argv = ['build', '-trimpath', '-ldflags=-s -w', '-o', binary, 'github.com/jaegertracing/jaeger/cmd/jaeger'];
  execFileSync(go, argv, { cwd: here, env: { ...process.env, CGO_ENABLED: '0' }, stdio: ['ignore', 2, 2] });
}
process.stdout.write(`${binary}\n`);
