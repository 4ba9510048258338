import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import { presetAggregate, presetStream, type PresetEvent } from '@ffapi/contracts';
import type { Projection } from '@ffapi/es';
import { createMetrics } from '@ffapi/telemetry';
import { startNats, type TestNats } from '@ffapi/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openProjections } from './open-projections.ts';
import { openRuntime, type Runtime } from './runtime.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-projections-'));
let nats: TestNats;
let runtime: Runtime;

beforeAll(async () => {
  nats = await startNats();
  const config = loadConfig({ FFAPI_DATA_DIR: dir, LOG_LEVEL: 'silent', PORT: '0' });
  runtime = await openRuntime({
    config,
    natsUrl: nats.url,
    monitorUrl: nats.monitorUrl,
    metrics: createMetrics(),
  });
});

afterAll(async () => {
  await runtime.close();
  await nats.stop();
  rmSync(dir, { recursive: true, force: true });
});

const counting = (name: string): Projection<PresetEvent, { readonly events: number }> => ({
  name,
  version: 1,
  streams: [presetAggregate.pattern],
  indexes: [],
  keys: ({ stream }) => [stream],
  evolve: (before) => ({ events: (before?.events ?? 0) + 1 }),
});

it('keeps each projection up to date, with options of its own, and finds its documents', async () => {
  const context = runtime.context('job');
  const readModel = await context.openReadModel();
  const applied: string[] = [];
  const open = openProjections(
    context,
    readModel,
    { one: counting('one'), other: counting('other') },
    { other: { onApplied: (_position, events) => void applied.push(...events.map(({ event }) => event.data.name)) } },
  );
  await Promise.all([open.one.ready, open.other.ready]);
  const stream = presetStream('key_a');
  const { position } = await context.store.append<PresetEvent>(stream, null, {
    id: 'cmd_a',
    occurredAt: context.now(),
    correlationId: 'key_a',
    causationId: 'test',
    events: [{ type: 'PresetDeleted', version: 1, data: { apiKeyId: 'key_a', name: 'mine' } }],
  });
  for (const each of [open.one, open.other]) {
    expect(await each.waitFor(position, 5_000)).toBe(true);
    expect((await each.documents.get(stream))?.document).toEqual({ events: 1 });
  }
  expect(applied).toEqual(['mine']);
  await Promise.all([open.one.stop(), open.other.stop()]);
  await readModel.close();
});
