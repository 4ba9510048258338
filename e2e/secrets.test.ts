import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { forms } from './secret-forms.ts';
import { cutClip } from './faults/clip.ts';
import { isApart, startPlatform, type RunningPlatform } from './platform.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-secrets-'));
const dataDir = join(dir, 'data');
const logFile = join(dir, 'platform.log');
const clip = join(dir, 'clip.mp4');

/** A text that stands nowhere else, for each place that takes a secret. */
const canary = (place: string): string => `CANARY${place}x7Qz9LmK3vT8`;
const canaries = {
  adminKey: canary('adminkey'),
  deepl: canary('deepl'),
  google: canary('google'),
  azure: canary('azure'),
  moderationQuery: canary('moderationquery'),
  moderationSecret: canary('moderationsecret'),
  rekognition: canary('rekognition'),
  rekognitionToken: canary('rekognitiontoken'),
  vision: canary('vision'),
  contentSafety: canary('contentsafety'),
  inputUser: canary('inputuser'),
  inputPassword: canary('inputpassword'),
  inputQuery: canary('inputquery'),
  nestedQuery: canary('nestedquery'),
  fetchHeader: canary('fetchheader'),
  jobHookPassword: canary('jobhookpassword'),
  jobHookQuery: canary('jobhookquery'),
  jobHookHeader: canary('jobhookheader'),
  hookPassword: canary('hookpassword'),
  hookQuery: canary('hookquery'),
  hookHeader: canary('hookheader'),
  hookSecret: canary('hooksecret'),
  hookSecretAfter: canary('hooksecretafter'),
  missingQuery: canary('missingquery'),
  refusedUser: canary('refuseduser'),
  refusedSecret: canary('refusedsecret'),
  wrongKey: canary('wrongkey'),
  keyInQuery: canary('keyinquery'),
} as const;
/** Made by the platform and shown once. */
const shownOnce = new Map<string, string>();

const used: string[] = [];
const traces: string[] = [];
const answers: string[] = [];
const neighbour = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray());
  if (request.url === '/v1/traces') {
    traces.push(body.toString('utf8'));
    return response.setHeader('content-type', 'application/json').end('{}');
  }
  used.push(JSON.stringify([request.url, request.headers]));
  const { pathname } = new URL(request.url ?? '/', 'http://neighbour');
  if (pathname === '/moderate') return response.end('{"decision":"allow"}');
  if (pathname === '/clip.mp4') return response.end(readFileSync(clip));
  return response.writeHead(pathname === '/hook' ? 200 : 404).end();
});
let at = '';
let hostPort = '';
let platform: RunningPlatform;
let url = '';

const call = async (
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> => {
  const response = await fetch(url + path, {
    method,
    headers: {
      'x-api-key': canaries.adminKey,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  answers.push(`${method} ${path.split('?')[0]} ${response.status} ${text}`);
  return (text.startsWith('{') ? JSON.parse(text) : { text }) as Record<string, unknown>;
};

/** An answer that is allowed to show a secret, because it is made in it. */
const callForSecret = async (name: string, field: string, method: string, path: string, body?: unknown) => {
  const answer = await call(method, path, body);
  answers.pop();
  shownOnce.set(name, String(answer[field]));
  return answer;
};

beforeAll(async () => {
  await cutClip(clip, 1);
  neighbour.listen(0, '127.0.0.1');
  await once(neighbour, 'listening');
  hostPort = `127.0.0.1:${(neighbour.address() as AddressInfo).port}`;
  at = `http://${hostPort}`;
  mkdirSync(dataDir);
  const env = {
    PORT: '0',
    FFAPI_DATA_DIR: dataDir,
    ADMIN_API_KEY: canaries.adminKey,
    DEEPL_AUTH_KEY: canaries.deepl,
    GOOGLE_TRANSLATE_API_KEY: canaries.google,
    AZURE_TRANSLATOR_KEY: canaries.azure,
    ENABLE_CONTENT_MODERATION: 'true',
    MODERATION_PROVIDER: 'webhook',
    MODERATION_WEBHOOK_URL: `${at}/moderate?token=${canaries.moderationQuery}`,
    MODERATION_WEBHOOK_SECRET: canaries.moderationSecret,
    AWS_SECRET_ACCESS_KEY: canaries.rekognition,
    AWS_SESSION_TOKEN: canaries.rekognitionToken,
    GOOGLE_VISION_API_KEY: canaries.vision,
    AZURE_CONTENT_SAFETY_KEY: canaries.contentSafety,
    ALLOW_PRIVATE_IPS: 'true',
    MIN_FREE_SPACE_MB: '0',
    JOB_MAX_RETRIES: '0',
    LOG_LEVEL: 'trace',
    OTEL_ENABLED: 'true',
    OTEL_ENDPOINT: at,
  };
  platform = startPlatform(env, logFile);
  url = await platform.ready;
});

afterAll(async () => {
  await platform.end('SIGTERM');
  neighbour.close();
  neighbour.closeAllConnections();
  rmSync(dir, { recursive: true, force: true });
});

const withUser = (user: string, password: string, path: string): string =>
  `http://${user}:${password}@${hostPort}${path}`;
const wait = { prefer: 'wait=60' };

/** Puts a secret into every field that takes one, in requests that succeed and in some that do not. */
const useEverything = async (): Promise<string> => {
  const key = await callForSecret('API key', 'api_key', 'POST', '/admin/api-keys', { name: 'canary' });
  await callForSecret('rotated API key', 'api_key', 'POST', `/admin/api-keys/${String(key.id)}/rotate`);
  const hook = await call('POST', '/webhooks/subscribe', {
    events: ['*'],
    url: `${at}/hook?token=${canaries.hookQuery}`,
    secret: canaries.hookSecret,
    headers: { authorization: `Bearer ${canaries.hookHeader}` },
  });
  answers.pop();
  await callForSecret('rotated webhook secret', 'secret', 'POST', `/webhooks/${String(hook.id)}/rotate-secret`, {
    secret: canaries.hookSecretAfter,
  });
  const job = await call(
    'POST',
    '/v1/transcode',
    {
      input_url: `${at}/clip.mp4?sig=${canaries.inputQuery}`,
      output_format: 'mkv',
      video_codec: 'copy',
      audio_codec: 'copy',
      headers: { 'user-agent': canaries.fetchHeader },
      webhook_url: `${at}/hook?token=${canaries.jobHookQuery}`,
      webhook_headers: { 'x-secret': canaries.jobHookHeader },
    },
    wait,
  );
  expect(job.status).toBe('completed');
  const joined = { clips: [{ url: `${at}/clip.mp4?sig=${canaries.nestedQuery}` }, { url: `${at}/clip.mp4` }] };
  await call('POST', '/v1/video/concat', joined, wait);
  await call('POST', `/v1/jobs/${String(job.job_id)}/duplicate`);
  await call('POST', '/v1/probe', { url: `${at}/missing.mp4?sig=${canaries.missingQuery}` }, wait);
  // Names and passwords in URLs are refused, and not told again either.
  await call('POST', '/v1/probe', { url: withUser(canaries.inputUser, canaries.inputPassword, '/clip.mp4') });
  const hookUrl = withUser('u', canaries.hookPassword, '/hook');
  await call('POST', '/webhooks/subscribe', { events: ['*'], url: hookUrl });
  const jobHookUrl = withUser('u', canaries.jobHookPassword, '/hook');
  await call('POST', '/v1/probe', { url: `${at}/clip.mp4`, webhook_url: jobHookUrl });
  await call('POST', '/v1/probe', { url: `ftp://u:${canaries.refusedUser}@host/x.mp4` });
  await call('POST', '/webhooks/subscribe', { events: ['*'], url: `${at}/hook`, secret: [canaries.refusedSecret] });
  await call('GET', '/v1/jobs', undefined, { 'x-api-key': canaries.wrongKey });
  await call('GET', `/v1/jobs?api_key=${canaries.keyInQuery}`);
  return String(job.job_id);
};

const readingPaths = [
  '/admin/reviews',
  '/v1/jobs',
  '/v1/jobs/export?format=csv',
  '/v1/files',
  '/v1/dead-letters',
  '/webhooks',
  '/webhooks/deliveries',
  '/admin/api-keys',
  '/admin/workers',
  '/health/detailed',
  '/metrics/prometheus',
];

/** Asks for everything that shows what was done. */
const readEverything = async (): Promise<void> => {
  for (const path of readingPaths) await call('GET', path);
  const { data: jobs } = (await call('GET', '/v1/jobs')) as { data: { job_id: string }[] };
  for (const { job_id: id } of jobs)
    for (const part of ['', '/history', '/log', '/events']) await call('GET', `/v1/jobs/${id}${part}`);
  const { data: deliveries } = (await call('GET', '/webhooks/deliveries')) as { data: { id: string }[] };
  for (const { id } of deliveries) await call('GET', `/webhooks/deliveries/${id}`);
};

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

interface Place {
  readonly where: string;
  readonly bytes: Buffer;
}

const places = (): Place[] => [
  ...filesIn(dataDir)
    // What opens everything else has to lie somewhere, readable for its owner alone.
    .filter((path) => !['secrets.key', 'secrets-key', 'admin.key'].includes(basename(path)))
    .map((path) => ({ where: path.slice(dir.length), bytes: readFileSync(path) })),
  { where: 'log', bytes: readFileSync(logFile) },
  { where: 'traces', bytes: Buffer.from(traces.join('\n')) },
  ...answers.map((text) => ({ where: `answer ${text.slice(0, 80)}`, bytes: Buffer.from(text) })),
];

const findings = (): string[] => {
  const all = places();
  const secrets = [...Object.entries(canaries), ...shownOnce];
  return secrets.flatMap(([name, secret]) =>
    all
      .filter(({ bytes }) => forms(secret).some((form) => bytes.includes(form)))
      .map(({ where }) => `${name} in ${where}`),
  );
};

describe('secrets', () => {
  it('are used, and stand nowhere', async () => {
    const jobId = await useEverything();
    await eventually(() => (used.filter((line) => line.includes('/hook')).length >= 6 ? true : undefined));
    await readEverything();
    await eventually(() => (traces.join('').includes('POST /v1/transcode') ? true : undefined));
    const reached = used.join('\n');
    for (const name of [
      'inputQuery',
      'nestedQuery',
      'fetchHeader',
      'jobHookQuery',
      'jobHookHeader',
      'hookQuery',
      'moderationQuery',
    ] as const)
      expect(reached).toContain(canaries[name]);
    expect(findings()).toEqual([]);
    // What is no secret is found wherever the platform writes: nothing is packed out of sight.
    const written = places().flatMap(({ where, bytes }) => (bytes.includes(jobId) ? [where] : []));
    const folders = isApart
      ? [/^\/data\/apart\/nats/, /^\/data\/apart\/mongo\/ffapi_gateway/, /^\/data\/apart\/mongo\/ffapi_webhook/]
      : [/^\/data\/nats/, /^\/data\/read\/gateway/, /^\/data\/read\/webhook/];
    for (const where of [...folders, /^traces$/, /^answer/])
      expect(written).toContainEqual(expect.stringMatching(where));
    if (!isApart) expect(statSync(join(dataDir, 'secrets.key')).mode & 0o077).toBe(0);
  });

  it('would be found in a file, a log or an answer', () => {
    const planted = join(dataDir, 'planted');
    writeFileSync(planted, Buffer.concat([Buffer.alloc(1_000), Buffer.from(`x${canaries.hookSecret}`)]));
    appendFileSync(logFile, Buffer.from(`token=${canaries.deepl}`).toString('base64'));
    answers.push(`GET /planted 200 ${canaries.inputPassword}`);
    expect(findings()).toEqual([
      `deepl in log`,
      'inputPassword in answer GET /planted 200 CANARYinputpasswordx7Qz9LmK3vT8',
      'hookSecret in /data/planted',
    ]);
  });
});
