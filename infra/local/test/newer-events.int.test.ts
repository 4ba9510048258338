import { join } from 'node:path';
import { connectBus } from '@ffapi/bus';
import { loadConfig } from '@ffapi/config';
import { assetStream, keyStream } from '@ffapi/contracts';
import type { EventStore } from '@ffapi/es';
import { createJetStreamEventStore } from '@ffapi/es-jetstream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../src/commands.ts';
import { apiKey, call, dir, eventually, expectProblem, fileId, platform, remux, upload, url } from './testbed.ts';

let store: EventStore;
let close = async (): Promise<void> => {};

/** What a newer version of the platform would write. */
const append = async (stream: string, type: string, data: object, version = 1): Promise<void> => {
  await store.append(stream, (await store.load(stream)).head, {
    id: `newer_${type}`,
    occurredAt: new Date().toISOString(),
    correlationId: stream,
    causationId: 'a newer version',
    events: [{ type, version, data }],
  });
};

const typesOf = async (stream: string): Promise<string[]> =>
  (await store.load(stream)).commits.flatMap(({ events }) => events.map(({ type }) => type));

/** The first answer that is none of success: what was known a moment ago may be remembered for two seconds. */
const refused = async <T extends { readonly status: number }>(ask: () => Promise<T>): Promise<T> => {
  for (;;) {
    const answer = await ask();
    if (answer.status >= 300) return answer;
  }
};

beforeAll(async () => {
  const connection = await connectBus({ url: platform.natsUrl, name: 'newer' });
  store = await createJetStreamEventStore({ connection, durability: 'trusted' });
  close = async () => {
    await store.close();
    await connection.close();
  };
});
afterAll(() => close());

describe('a file of which a newer version has written', () => {
  beforeAll(async () => {
    await eventually(async () => (await typesOf(assetStream(fileId))).includes('AssetProbed'));
    await append(assetStream(fileId), 'AssetTagged', { fileId, tags: ['a'] });
  });

  it('is neither gone nor free to be decided about', async () => {
    const answers = [
      () => call('DELETE', `/v1/files/${fileId}`),
      () => call('GET', `/files/${fileId}`),
      () => call('POST', '/v1/transcode', remux()),
    ];
    for (const ask of answers) {
      const answer = await refused(ask);
      expect(expectProblem(answer, 503, 'event_unknown')).toMatchObject({ event_type: 'AssetTagged' });
      expect(answer.headers.get('retry-after')).not.toBeNull();
    }
    expect(await typesOf(assetStream(fileId))).toEqual(['AssetStored', 'AssetProbed', 'AssetTagged']);
  });

  it('stops the lists that would have to show it, and nothing else', async () => {
    const other = String((await upload('other.srt', '1\n00:00:01,000 --> 00:00:02,000\nHello\n')).body.file_id);
    expect((await call('DELETE', `/v1/files/${other}`)).status).toBeLessThan(300);
    expect(await typesOf(assetStream(other))).toContain('AssetDeleted');
    expect((await call('GET', '/health/ready')).status).toBe(200);
    const { body } = await call<{ components: Record<string, { status: string; reason?: string }> }>(
      'GET',
      '/health/detailed',
    );
    expect(body.components.database).toMatchObject({ status: 'degraded' });
    expect(body.components.database?.reason).toContain('AssetTagged');
  });

  it('does not break the chain of what is stored', async () => {
    const running = loadConfig({
      FFAPI_DATA_DIR: join(dir, 'data'),
      LOG_LEVEL: 'silent',
      NATS_URL: platform.natsUrl,
    });
    expect(await runCommand(['verify'], running)).toMatchObject({ ok: true, data: { broken: null } });
  });
});

it('a key of which a newer version has written lets nobody in who may have lost it since', async () => {
  const { body } = await call<{ id: string; api_key: string }>('POST', '/admin/api-keys', { name: 'a' });
  const asKey = (key: string): Promise<Response> => fetch(`${url}/v1/jobs`, { headers: { 'x-api-key': key } });
  expect((await asKey(body.api_key)).status).toBe(200);
  await append(keyStream(body.id), 'KeyChanged', { anything: 'else' }, 9);
  const answer = await refused(() => asKey(body.api_key));
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 'event_unknown', event_type: 'KeyChanged' });
  expect((await asKey(apiKey)).status).toBe(200);
});
