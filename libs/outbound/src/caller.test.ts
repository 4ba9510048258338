import { createEgress } from '@ffapi/egress';
import { fakeService, type ReceivedCall, type ServiceReply } from '@ffapi/testkit';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createCaller, isOutboundFailure, tryAgain, type OutboundFailure } from './index.ts';

const egress = createEgress({ allowPrivateIps: true });
const caller = createCaller({
  egress,
  unavailable: 'moderation_unavailable',
  keyRefused: 'moderation_key_refused',
  timeoutMs: 5_000,
  responseBytesMax: 1_000,
});
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));
afterAll(() => egress.close());

const service = async (answer: (call: ReceivedCall, n: number) => ServiceReply) => {
  const opened = await fakeService(answer);
  closing.push(opened.close);
  return opened;
};
const signal = AbortSignal.timeout(20_000);

describe('a call to a service', () => {
  it.each(['GET', 'PUT', 'POST'] as const)('is made as %s, once, with what it is given', async (method) => {
    const { url, calls } = await service(() => ({ status: 200, body: { ok: true } }));
    const body = method === 'GET' ? {} : { body: 'text' };
    const answer = await caller.call({ method, url: `${url}/a?b=c`, headers: { 'x-key': 'k' }, signal, ...body });
    expect(caller.readAs(z.object({ ok: z.boolean() }), answer)).toEqual({ ok: true });
    expect(calls).toMatchObject([{ method, path: '/a?b=c', text: method === 'GET' ? '' : 'text' }]);
    expect(calls[0]?.headers['x-key']).toBe('k');
  });

  it('fails in its family’s words, and says whether it may pass', async () => {
    const failure = (status: number): OutboundFailure =>
      caller.failureOf({ status, retryAfterMs: status === 429 ? 3_000 : null, text: '' });
    expect(failure(403)).toMatchObject({ code: 'moderation_key_refused', isTransient: false });
    expect(failure(429)).toMatchObject({ code: 'moderation_unavailable', isTransient: true, retryAfterMs: 3_000 });
    expect(failure(500).isTransient).toBe(true);
    expect(failure(400).isTransient).toBe(false);
    expect(() => caller.readAs(z.object({}), { status: 200, retryAfterMs: null, text: '<html>' })).toThrow(
      'its answer cannot be read',
    );
    const nobody = caller.call({ url: 'http://127.0.0.1:9/', headers: {}, signal });
    await expect(nobody).rejects.toSatisfy((error) => isOutboundFailure(error) && error.isTransient);
    await expect(nobody).rejects.toHaveProperty('cause.code', 'endpoint_unreachable');
  });

  it('fails in what the service says, if that is handed on, and as unavailable where a refused key has no code', () => {
    const keyless = createCaller({
      egress,
      unavailable: 'endpoint_unreachable',
      timeoutMs: 5_000,
      responseBytesMax: 1_000,
    });
    expect(
      keyless.failureOf({ status: 403, retryAfterMs: null, text: 'Invalid token' }, 'Invalid token'),
    ).toMatchObject({
      code: 'endpoint_unreachable',
      message: 'The endpoint cannot be reached: it answered 403: Invalid token.',
    });
  });

  it('is made again while it may pass: when the service says, else at growing distances', async () => {
    const { url, calls } = await service((_, n) => ({
      status: n < 4 ? 503 : 200,
      body: {},
      headers: { 'x-n': String(n), ...(n === 1 && { 'retry-after': '2' }) },
    }));
    const waits: number[] = [];
    const status = await tryAgain(
      async () => {
        const answer = await caller.call({ url, headers: {}, body: '', signal });
        if (answer.status !== 200) throw caller.failureOf(answer);
        return answer.status;
      },
      { signal, wait: async (delayMs) => void waits.push(delayMs) },
    );
    expect([status, calls.length, waits]).toEqual([200, 4, [2_000, 1_000, 2_000]]);
  });

  it('is not made again when it cannot pass, or not soon', async () => {
    const { url, calls } = await service((_, n) =>
      n === 1 ? { status: 400, body: {} } : { status: 503, body: {}, headers: { 'retry-after': '60' } },
    );
    const once = () =>
      tryAgain(
        async () => {
          throw caller.failureOf(await caller.call({ url, headers: {}, body: '', signal }));
        },
        { signal, wait: async () => {} },
      );
    await expect(once()).rejects.toThrow('it answered 400');
    await expect(once()).rejects.toThrow('it answered 503');
    expect(calls).toHaveLength(2);
  });
});
