import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startNatsServer } from '@ffapi/bus';
import { loadConfig } from '@ffapi/config';
import {
  failureOf,
  incidentStream,
  jobStream,
  keyStream,
  type AlertRule,
  type IncidentEvent,
  type JobEvent,
  type KeyEvent,
} from '@ffapi/contracts';
import { openRuntime, type Runtime } from '@ffapi/service-kit';
import { createMetrics } from '@ffapi/telemetry';
import { watchBy } from '../src/alerting.service.ts';
import { builtInRules } from '../src/rules/built-in-rules.ts';
import { incidentIdOf } from '../src/incidents/incident-id.ts';

export const ruleOf = (name: string): AlertRule => builtInRules.find((rule) => rule.name === name) as AlertRule;

/** Asks until the answer is one, or the test's own time is over. */
export const eventually = async <T>(ask: () => Promise<T | null> | T | null): Promise<T> => {
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    await delay(5);
  }
};

export interface ReceivedAlert {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: {
    readonly event: string;
    readonly rule: string;
    readonly incident: { readonly id: string; readonly subject: string };
  };
}

/** What the address of a receiver may hold, as that of Slack does, and nothing else may. */
export const canary = 'token-of-the-receiver';

const startReceiver = async () => {
  const received: ReceivedAlert[] = [];
  const failing = new Set<string>();
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    const body = JSON.parse(text) as ReceivedAlert['body'];
    received.push({ headers: request.headers as Record<string, string>, text, body });
    response.writeHead(failing.has(body.rule) ? 503 : 204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/?token=${canary}`,
    received,
    /** Rules whose alerts are answered with 503. */
    failing,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

const everyMs = 10;

/** The alerting service on a real store, with a clock that is put forward and a job service whose queue is given. */
export const startTestbed = async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ffapi-alerting-'));
  const nats = await startNatsServer({ dir: join(dir, 'nats') });
  const receiver = await startReceiver();
  const secret = `whsec_${Buffer.from('a secret for tests of alerting').toString('base64')}`;
  const config = loadConfig({
    FFAPI_DATA_DIR: dir,
    LOG_LEVEL: 'silent',
    ALLOW_PRIVATE_IPS: 'true',
    ALERTING_ENABLED: 'true',
    ALERT_WEBHOOK_URL: receiver.url,
    ALERT_WEBHOOK_SECRET: secret,
    PUBLIC_BASE_URL: 'https://media.example',
  });
  const runtimes: Runtime[] = [];
  let aheadMs = 0;
  const queue = { pending: {} as Record<string, number>, isKnown: true, asked: 0 };

  /** As another process would have it. */
  const openContext = async () => {
    const metrics = createMetrics();
    const runtime = await openRuntime({ config, natsUrl: nats.url, monitorUrl: nats.monitorUrl, metrics });
    runtimes.push(runtime);
    const context = runtime.context('alerting');
    context.local.set('job.workers', async () => {
      queue.asked++;
      return { workers: [], pending: queue.pending, isKnown: queue.isKnown };
    });
    return { ...context, now: () => new Date(Date.now() + aheadMs).toISOString() };
  };

  const context = await openContext();
  const append = async (stream: string, event: JobEvent | KeyEvent): Promise<void> => {
    await context.store.append(stream, null, {
      id: stream,
      occurredAt: context.now(),
      correlationId: stream,
      causationId: 'test',
      events: [event],
    });
  };

  return {
    context,
    openContext,
    secret,
    receiver,
    queue,
    /** Puts the clock forward. */
    advance: (seconds: number): void => void (aheadMs += seconds * 1000),
    watch: (rules: readonly AlertRule[], by = context) => watchBy(by, { rules, everyMs }),
    /** Resolves when all rules were looked at again from now on; one of them must be looking at the queue. */
    looked: async (): Promise<void> => {
      const before = queue.asked;
      await eventually(() => (queue.asked >= before + 3 ? true : null));
    },
    endJobs: async (count: number, isFailed: boolean): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const jobId = context.newId('job');
        const ref = { jobId, operation: 'probe', apiKeyId: 'key_a', acceptedAt: context.now() };
        const completed = { ...ref, outputs: [], result: null, stats: null, warnings: [] };
        await append(
          jobStream(jobId),
          isFailed
            ? { type: 'JobFailed', version: 1, data: { ...ref, task: 0, error: failureOf('internal') } }
            : { type: 'JobCompleted', version: 1, data: completed },
        );
      }
    },
    warnOfQuota: (keyId: string): Promise<void> => {
      const periodStart = `${context.now().slice(0, 10)}T00:00:00.000Z`;
      const data = { keyId, quota: 'max_jobs_per_day', used: 8, limit: 10, periodStart } as const;
      return append(keyStream(keyId), { type: 'KeyQuotaNearlyUsed', version: 1, data });
    },
    /** What the events of an incident are called, in order. */
    storyOf: async (rule: string, number: number, subject = 'platform'): Promise<string[]> => {
      const { commits } = await context.store.load<IncidentEvent>(incidentStream(incidentIdOf(rule, subject, number)));
      return commits.flatMap(({ events }) => events.map(({ type }) => type));
    },
    stop: async () => {
      for (const runtime of runtimes) await runtime.close();
      await nats.stop();
      receiver.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
export type Testbed = Awaited<ReturnType<typeof startTestbed>>;
