import { loadConfig, type ModerationProviderName as Name } from '@ffapi/config';
import { createEgress } from '@ffapi/egress';
import { OutboundFailure } from '@ffapi/outbound';
import { fakeService, type ServiceReply } from '@ffapi/testkit';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { configuredProvider } from './choose-provider.client.ts';
import { services } from './documented-services.double.ts';
import { inTurns, lookAt } from '../reviews/look-at-frames.runner.ts';
import type { Frame } from './provider.client.ts';

const egress = createEgress({ allowPrivateIps: true });
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));
afterAll(() => egress.close());

const picture = Buffer.concat([Buffer.from('ffd8', 'hex'), Buffer.alloc(100)]);
const frame: Frame = {
  bytes: picture,
  contentType: 'image/jpeg',
  input: 'source',
  timeMs: 1_500,
  index: 1,
  of: 5,
  jobId: 'job_0000',
};

const configured = (name: Name, url: string, more: Readonly<Record<string, string>> = {}) =>
  loadConfig({
    ENABLE_CONTENT_MODERATION: 'true',
    MODERATION_PROVIDER: name,
    ...services[name].settings(url),
    ...more,
  });

const open = async (
  name: Name,
  reply: (n: number) => ServiceReply | null = () => null,
  more: Readonly<Record<string, string>> = {},
) => {
  const service = services[name];
  const server = await fakeService(
    (call, n) => reply(n) ?? service.objection(call) ?? { status: 200, body: service.grave },
  );
  closing.push(server.close);
  const provider = configuredProvider(configured(name, server.url, more), { egress, now: () => new Date() });
  if (!provider) throw new Error('moderation is off');
  const waits: number[] = [];
  const look = (given: Partial<Frame> = {}) =>
    lookAt(
      provider,
      { ...frame, ...given },
      { signal: AbortSignal.timeout(20_000), wait: async (delayMs) => void waits.push(delayMs) },
    );
  return { ...server, waits, look };
};

const failureOf = async (work: Promise<unknown>): Promise<OutboundFailure> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof OutboundFailure) return error;
  throw error ?? new Error('expected a failure');
};

describe.each(Object.keys(services) as Name[])('%s', (name) => {
  const service = services[name];

  it('takes the call as its documentation wants it, and is understood', async () => {
    const { calls, look } = await open(name);
    expect(await look()).toEqual(service.sightings);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.method).toBe('POST');
    expect(Buffer.from(service.bytesOf(JSON.parse(calls[0]?.text ?? '') as never), 'base64')).toEqual(picture);
    expect(calls[0]?.path).not.toMatch(/key|secret/i);
  });

  it('may see nothing', async () => {
    const { look } = await open(name, () => ({ status: 200, body: service.clean }));
    expect((await look()).every(({ confidence }) => confidence < 0.5)).toBe(true);
  });

  it('would notice credentials that are wrong', async () => {
    const { calls, look } = await open(name, undefined, { [service.secret]: 'wrong' });
    expect((await failureOf(look())).code).toBe('moderation_key_refused');
    expect(calls).toHaveLength(1);
  });

  it.each(service.errors)('names %s, and is asked no second time', async (_, reply, code) => {
    const { calls, look } = await open(name, () => reply);
    expect((await failureOf(look())).code).toBe(code);
    expect(calls).toHaveLength(1);
  });

  it('is asked again when it was busy or broken', async () => {
    const busy: ServiceReply[] = [
      { ...service.busy, headers: { 'retry-after': '7' } },
      { status: 503, body: 'not even JSON' },
    ];
    const { calls, look, waits } = await open(name, (n) => busy[n - 1] ?? null);
    expect(await look()).toEqual(service.sightings);
    expect(calls).toHaveLength(3);
    expect(waits).toEqual([7_000, 1_000]);
  });

  it('fails when it stays broken, or asks for more patience than there is', async () => {
    const broken = await open(name, () => ({ status: 500, body: {} }));
    expect(await failureOf(broken.look())).toMatchObject({
      code: 'moderation_unavailable',
      message: expect.stringContaining('500') as unknown,
    });
    expect(broken.calls).toHaveLength(4);
    const slow = await open(name, () => ({ ...service.busy, headers: { 'retry-after': '600' } }));
    expect((await failureOf(slow.look())).retryAfterMs).toBe(600_000);
    expect(slow.calls).toHaveLength(1);
  });

  it.each([
    ['nonsense', 'no JSON'],
    ['an empty object', {}],
    ['a list', [null]],
    [
      'certainties beyond all bounds',
      { labels: [{ name: 'x', confidence: 7 }], ModerationLabels: [{ Name: 'x', Confidence: 700 }] },
    ],
  ])('is not believed when it answers with %s', async (_, body) => {
    const { look } = await open(name, () => ({ status: 200, body }));
    expect((await failureOf(look())).message).toContain('cannot be read');
  });

  it('is not sent what it would not take', async () => {
    const { calls, look } = await open(name);
    const bytes = Buffer.concat([picture, Buffer.alloc(service.bytesMax)]);
    expect((await failureOf(look({ bytes }))).message).toContain('too large');
    expect(calls).toHaveLength(0);
  });

  it('that cannot be reached is tried again, then told of', async () => {
    const { close, look, waits } = await open(name);
    close();
    expect((await failureOf(look())).message).toContain('it cannot be reached');
    expect(waits).toEqual([500, 1_000, 2_000]);
  });
});

describe('a server of the operator’s own', () => {
  it.each([
    ['allow', []],
    ['flag', [{ name: 'decision:flag', confidence: 1, isDoubtful: true }]],
    ['block', [{ name: 'decision:block', confidence: 1 }]],
  ])('may decide: %s', async (decision, sightings) => {
    const { look } = await open('webhook', () => ({ status: 200, body: { decision } }));
    expect(await look()).toEqual(sightings);
  });

  it('is told what the frame is, and needs no secret', async () => {
    const { calls, look } = await open('webhook', () => ({ status: 200, body: { labels: [] } }), {
      MODERATION_WEBHOOK_SECRET: '',
    });
    await look();
    expect(calls[0]?.headers).not.toHaveProperty('webhook-signature');
    expect(JSON.parse(calls[0]?.text ?? '')).toMatchObject({
      job_id: 'job_0000',
      input: 'source',
      frame: { index: 1, of: 5, time_seconds: 1.5, content_type: 'image/jpeg' },
    });
  });
});

describe('the settings', () => {
  it('are off unless they are on', () => {
    expect(
      configuredProvider(loadConfig({ MODERATION_PROVIDER: 'aws' }), { egress, now: () => new Date() }),
    ).toBeNull();
  });

  it.each([
    ['no provider', {}, /MODERATION_PROVIDER.*needs one of aws, google, azure, webhook/],
    ['no region', { MODERATION_PROVIDER: 'aws', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }, /AWS_REGION/],
    ['no key', { MODERATION_PROVIDER: 'google' }, /GOOGLE_VISION_API_KEY/],
    ['no endpoint', { MODERATION_PROVIDER: 'azure', AZURE_CONTENT_SAFETY_KEY: 'k' }, /AZURE_CONTENT_SAFETY_ENDPOINT/],
    ['no address', { MODERATION_PROVIDER: 'webhook' }, /MODERATION_WEBHOOK_URL/],
    ['a threshold of nothing', { MODERATION_CONFIDENCE_THRESHOLD: '80' }, /from 0 to 1/],
  ])('that are not enough stop the start: %s', (_, given, message) => {
    expect(() => loadConfig({ ENABLE_CONTENT_MODERATION: 'true', ...given })).toThrow(message);
    expect(() => loadConfig({ ENABLE_CONTENT_MODERATION: 'true', ...given, SERVICES: 'job,gateway' })).not.toThrow(
      /needs it|needs one of/,
    );
  });
});

it('a few frames are looked at at a time, in order', async () => {
  let [now, most] = [0, 0];
  const work = async (n: number): Promise<number> => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setImmediate(resolve));
    now--;
    return n * 2;
  };
  expect(await inTurns([1, 2, 3, 4, 5, 6, 7], work)).toEqual([2, 4, 6, 8, 10, 12, 14]);
  expect(most).toBe(4);
});

it('nothing more is asked after a failure', async () => {
  const begun: number[] = [];
  const work = async (n: number): Promise<void> => {
    begun.push(n);
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error('no');
  };
  await expect(inTurns([1, 2, 3, 4, 5, 6, 7, 8], work)).rejects.toThrow('no');
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual([1, 2, 3, 4]);
});
