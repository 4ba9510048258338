import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPlatform } from '../platform.ts';

/*
 * Starts the platform and has schemathesis ask it everything that its own description allows, and much that it does
 * not. Runs where nothing but the loopback interface is: URLs in made-up requests lead nowhere.
 */

const [schemathesis = '', examples = '', seed = ''] = process.argv.slice(2);
const apiKey = 'key_for_what_is_made_up_0123456789';
const dir = mkdtempSync(join(tmpdir(), 'ffapi-fuzz-'));
const logFile = join(dir, 'platform.log');

const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
];
/** A test run is no request, streams do not end, and other settings would make it another platform. */
const leftOut = String.raw`/admin/perf-test|/admin/settings|/events$`;

const platform = startPlatform(
  {
    PORT: '0',
    FFAPI_DATA_DIR: join(dir, 'data'),
    ADMIN_API_KEY: apiKey,
    RATE_LIMIT_REQUESTS_PER_MINUTE: '0',
    MIN_FREE_SPACE_MB: '0',
    JOB_MAX_RETRIES: '0',
    LOG_LEVEL: 'error',
  },
  logFile,
);

const drive = async (url: string, document: string): Promise<number> => {
  const config = join(import.meta.dirname, 'schemathesis.toml');
  const argv = [
    '--config-file',
    config,
    'run',
    `${url}/${document}`,
    `--header=X-API-Key: ${apiKey}`,
    `--checks=${checks.join(',')}`,
    '--phases=examples,coverage,fuzzing',
    `--max-examples=${examples}`,
    `--seed=${seed}`,
    // CPython 3.11 parses in one thread at a time only: with two the tool now and then ends of it (python/cpython#106905).
    '--workers=1',
    '--max-failures=50',
    '--request-timeout=60',
    `--exclude-path-regex=${leftOut}`,
    '--suppress-health-check=all',
    '--no-color',
  ];
  const child = spawn(schemathesis, argv, { cwd: dir, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
};

const url = await platform.ready;
const codes = [await drive(url, 'openapi.json'), await drive(url, 'openapi-legacy.json')];
const code = codes.find((each) => each !== 0) ?? 0;
await platform.end('SIGTERM');
const unexpected = readFileSync(logFile, 'utf8')
  .split('\n')
  .filter((line) => line.includes('"msg":"request failed"'));
for (const line of unexpected) process.stdout.write(`${line}\n`);
rmSync(dir, { recursive: true, force: true });
process.exit(unexpected.length > 0 ? 1 : code);
