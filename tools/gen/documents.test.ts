import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Parser } from '@asyncapi/parser';
import { errors, operations, routes, webhookEventNames } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
interface OpenApi {
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        'x-aliases'?: string[];
        'x-codeSamples': { label: string }[];
        responses: Record<string, object>;
      }
    >
  >;
  webhooks: Record<string, object>;
}
const documents = ['docs/reference/openapi.json', 'docs/reference/openapi-legacy.json'] as const;
const [openapi, legacy] = documents.map((path) => JSON.parse(read(path)) as OpenApi) as [OpenApi, OpenApi];
const operationObjects = [openapi, legacy].flatMap(({ paths }) =>
  Object.values(paths).flatMap((item) => Object.values(item)),
);

describe('the OpenAPI document', () => {
  it.each(documents)(
    'is valid, without a warning: %s',
    async (path) => {
      const { stderr } = await promisify(execFile)(
        join(root, 'node_modules/.bin/redocly'),
        ['lint', path, '--max-problems', '5'],
        {
          cwd: root,
          env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
        },
      );
      expect(stderr).toContain('Your API description is valid');
      expect(stderr).not.toMatch(/You have \d+ warning/);
    },
    60_000,
  );

  it('has every route once, with samples in three languages', () => {
    expect(operationObjects.map(({ operationId }) => operationId).toSorted()).toEqual(
      routes.map(({ id }) => id).toSorted(),
    );
    for (const operation of operationObjects)
      expect(operation['x-codeSamples'].map(({ label }) => label)).toEqual(['cURL', 'JavaScript', 'Python']);
  });

  it('shows versioned paths, and names their twins', () => {
    const { subscribe_webhook: subscribe } = Object.fromEntries(
      Object.entries(openapi.paths).flatMap(([path, item]) =>
        Object.values(item).map((each) => [each.operationId, { path, others: each['x-aliases'] }]),
      ),
    );
    expect(subscribe).toEqual({ path: '/v1/webhooks/subscribe', others: ['/webhooks/subscribe'] });
    expect(Object.keys(openapi.paths).filter((path) => path.startsWith('/webhooks'))).toEqual([]);
  });

  it('has every webhook event', () => expect(Object.keys(openapi.webhooks)).toEqual([...webhookEventNames]));
});

describe('the AsyncAPI document', () => {
  it('is valid', async () => {
    const { document, diagnostics } = await new Parser().parse(read('docs/reference/asyncapi.json'));
    expect(diagnostics.filter(({ severity }) => severity === 0)).toEqual([]);
    expect(
      document
        ?.channels()
        .all()
        .map((channel) => channel.address()),
    ).toEqual(expect.arrayContaining(['evt.task.{jobId}.{n}', '/v1/jobs/{id}/ws']));
  });
});

describe('the reference pages', () => {
  it('name every error and every operation', () => {
    const [errorsPage, operationsPage] = [read('docs/reference/errors.md'), read('docs/reference/operations.md')];
    expect(Object.keys(errors).filter((code) => !errorsPage.includes(`### ${code}\n`))).toEqual([]);
    expect(Object.keys(operations).filter((id) => !operationsPage.includes(`## ${id}\n`))).toEqual([]);
  });
});

it('what makes something once under a key says so', () => {
  const named = new Map(operationObjects.map((each) => [each.operationId, JSON.stringify(each)]));
  const silent = routes.filter(({ id, isIdempotent }) => isIdempotent && !/Idempotency-?Key/.test(named.get(id) ?? ''));
  expect(routes.filter(({ isIdempotent }) => isIdempotent).length).toBeGreaterThan(30);
  expect(silent.map(({ id }) => id)).toEqual([]);
});
