import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asyncApiDocument } from './asyncapi.ts';
import { natsStreams } from './nats-streams.ts';
import { alertRulesFile } from './observability/alert-rules.ts';
import { dashboard } from './observability/dashboard.ts';
import { legacyDocument, openApiDocument } from './openapi/document.ts';
import { configurationPage, envExample } from './reference/configuration.ts';
import { errorsPage } from './reference/errors.ts';
import { eventsPage } from './reference/events.ts';
import { metricsPage } from './reference/metrics.ts';
import { operationsPage } from './reference/operations.ts';
import { quotasPage } from './reference/quotas.ts';
import { serviceReadme } from './services/readme.ts';
import { serviceFacts } from './services/service-facts.ts';
import { shortJson } from './short-json.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
/** With more than a space a level and a line for each word, half of a long document is form. */
const long = (value: unknown): string => `${shortJson(value)}\n`;

const keptIn = (path: string): Promise<string> => readFile(join(root, path), 'utf8').catch(() => '');

const serviceReadmes = async (): Promise<Record<string, string>> => {
  const pages = (await readdir(join(root, 'services'))).map(async (service) => {
    const path = `services/${service}/README.md`;
    return [path, serviceReadme(service, await serviceFacts(service), await keptIn(path))] as const;
  });
  return Object.fromEntries(await Promise.all(pages));
};

const files: Readonly<Record<string, string>> = {
  'docs/reference/openapi.json': long(openApiDocument(version)),
  'docs/reference/openapi-legacy.json': long(legacyDocument(version)),
  'docs/reference/asyncapi.json': json(asyncApiDocument(version)),
  'docs/reference/errors.md': errorsPage(),
  'docs/reference/operations.md': operationsPage(),
  'docs/reference/configuration.md': configurationPage(),
  'docs/reference/events.md': eventsPage(),
  'docs/reference/metrics.md': metricsPage(),
  'docs/reference/quotas.md': quotasPage(),
  '.env.example': envExample(),
  'infra/observability/grafana-dashboard.json': json(dashboard()),
  'infra/observability/prometheus-rules.yml': alertRulesFile(),
  'infra/nats/streams.json': json(natsStreams()),
  ...(await serviceReadmes()),
};

const firstDifference = (kept: string, made: string): string => {
  const [left, right] = [kept.split('\n'), made.split('\n')];
  const at = right.findIndex((line, i) => line !== left[i]);
  const line = at === -1 ? right.length : at;
  return `line ${line + 1}\n  - ${left[line] ?? '(end)'}\n  + ${right[line] ?? '(end)'}`;
};

const isCheck = process.argv.includes('--check');
let stale = 0;
for (const [path, made] of Object.entries(files)) {
  const kept = await keptIn(path);
  if (kept === made) continue;
  stale++;
  if (isCheck) process.stdout.write(`${path} is not what its sources say, from ${firstDifference(kept, made)}\n`);
  else {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), made);
    process.stdout.write(`wrote ${path}\n`);
  }
}
if (isCheck && stale > 0) {
  process.stdout.write('Run `npm run gen` and commit what it writes.\n');
  process.exit(1);
}
if (stale === 0) process.stdout.write(`${Object.keys(files).length} generated files are up to date\n`);
