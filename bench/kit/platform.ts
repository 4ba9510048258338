import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { openAsBlob } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { JobResource } from '@ffapi/contracts';
import { startChild, type Child } from './child.ts';
import { treeCpuSeconds } from './cpu-time.ts';
import nodeFlags from '../../infra/local/node-flags.json' with { type: 'json' };

const root = resolve(import.meta.dirname, '../..');
const apiKey = 'key_of_the_benchmarks_0123456789';

export interface BenchPlatformOptions {
  /** A comma list; absent: all. */
  readonly services?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** One that is there and stays; absent: a new one that is removed. */
  readonly dataDir?: string;
  /** A NATS that is there; absent: one of its own. */
  readonly nats?: { readonly url: string; readonly monitorUrl: string };
}

/** The platform, or a part of it, in a process of its own. */
export interface BenchPlatform {
  readonly url: string;
  readonly natsUrl: string;
  readonly dataDir: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly child: Child;
  readonly cpuSeconds: () => number;
  upload(path: string): Promise<string>;
  /** Sends a job; with `wait` the answer comes when it has ended. */
  submit(path: string, body: unknown, options?: { wait?: boolean; dryRun?: boolean }): Promise<JobResource>;
  /** The JSON that a route answers. */
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  stop(): Promise<void>;
}

const answerOf = async <T>(response: Response, what: string): Promise<T> => {
  if (!response.ok) throw new Error(`${what}: ${response.status} ${(await response.text()).slice(0, 500)}`);
  return (await response.json()) as T;
};

/** Starts the platform as an operator does. */
export const startBenchPlatform = async (options: BenchPlatformOptions = {}): Promise<BenchPlatform> => {
  const { services, env, nats } = options;
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'ffapi-bench-'));
  const child = await startChild({
    command: process.execPath,
    args: [...nodeFlags, join(root, 'infra/local/src/main.ts')],
    ready: /^ready (\S+)$/m,
    env: {
      FFAPI_DATA_DIR: dataDir,
      PORT: '0',
      ADMIN_API_KEY: apiKey,
      MIN_FREE_SPACE_MB: '0',
      LOG_LEVEL: 'error',
      ...(services === undefined ? {} : { SERVICES: services }),
      ...(nats === undefined ? {} : { NATS_URL: nats.url, NATS_MONITOR_URL: nats.monitorUrl }),
      ...env,
    },
  });
  const url = child.word;
  const natsUrl =
    nats?.url ?? (JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8')) as { natsUrl: string }).natsUrl;
  const headers = { 'x-api-key': apiKey };
  const post = (path: string, body: unknown, more: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', ...more },
      body: JSON.stringify(body),
    });
  return {
    url,
    natsUrl,
    dataDir,
    headers,
    child,
    cpuSeconds: () => treeCpuSeconds(child.pid),
    upload: async (path) => {
      const form = new FormData();
      form.set('file', await openAsBlob(path), 'input.mp4');
      const response = await fetch(`${url}/v1/files`, { method: 'POST', headers, body: form });
      return (await answerOf<{ file_id: string }>(response, 'upload')).file_id;
    },
    submit: async (path, body, { wait = false, dryRun = false } = {}) => {
      const response = await post(`${path}${dryRun ? '?dry_run=true' : ''}`, body, wait ? { prefer: 'wait=300' } : {});
      return answerOf<JobResource>(response, `POST ${path}`);
    },
    get: async (path) => answerOf(await fetch(`${url}${path}`, { headers }), `GET ${path}`),
    post: async (path, body) => answerOf(await post(path, body), `POST ${path}`),
    stop: async () => {
      await child.stop();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
