// Jaeger 2 is a collector of OpenTelemetry with a store and a query API: what traces come to in tests.
// Runs on any Node >= 18; needs Go. Its own go.mod has replacements, so it is built as a tool of the module here.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce, cacheDir } from '../go.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [, version] = /github\.com\/jaegertracing\/jaeger (v\S+)/.exec(readFileSync(join(here, 'go.mod'), 'utf8'));

buildOnce({
  name: `Jaeger ${version} (some minutes)`,
  binary: join(cacheDir, `jaeger-${version}`, 'jaeger'),
  build: (_, compile) => compile(here, '-trimpath', '-ldflags=-s -w', 'github.com/jaegertracing/jaeger/cmd/jaeger'),
});
