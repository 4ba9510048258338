import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { openAsBlob } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { JobResource } from '@ffapi/contracts';
import { startChild } from './child.ts';
import { treeCpuSeconds } from './cpu-time.ts';

const root = resolve(import.meta.dirname, '../..');
const apiKey = 'key_of_the_benchmarks_0123456789';

/** The whole platform in a process of its own, on a new data folder. */
export interface BenchPlatform {
  readonly url: string;
  readonly natsUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cpuSeconds: () => number;
  upload(path: string): Promise<string>;
  /** Sends a job; with `wait` the answer comes when it has ended. */
  submit(path: string, body: unknown, options?: { wait?: boolean; dryRun?: boolean }): Promise<JobResource>;
  stop(): Promise<void>;
}

const answerOf = async <T>(response: Response, what: string): Promise<T> => {
  if (!response.ok) throw new Error(`${what}: ${response.status} ${(await response.text()).slice(0, 500)}`);
  return (await response.json()) as T;
};

/** Starts the platform as an operator does; `services` chooses a part of it. */
export const startBenchPlatform = async (services?: string): Promise<BenchPlatform> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'ffapi-bench-'));
  const child = await startChild({
    command: process.execPath,
    args: [join(root, 'infra/local/src/main.ts')],
    ready: /^ready (\S+)$/m,
    env: {
      FFAPI_DATA_DIR: dataDir,
      PORT: '0',
      ADMIN_API_KEY: apiKey,
      MIN_FREE_SPACE_MB: '0',
      LOG_LEVEL: 'error',
      ...(services === undefined ? {} : { SERVICES: services }),
    },
  });
  const url = child.word;
  const { natsUrl } = JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8')) as { natsUrl: string };
  const headers = { 'x-api-key': apiKey };
  return {
    url,
    natsUrl,
    headers,
    cpuSeconds: () => treeCpuSeconds(child.pid),
    upload: async (path) => {
      const form = new FormData();
      form.set('file', await openAsBlob(path), 'input.mp4');
      const response = await fetch(`${url}/v1/files`, { method: 'POST', headers, body: form });
      return (await answerOf<{ file_id: string }>(response, 'upload')).file_id;
    },
    submit: async (path, body, { wait = false, dryRun = false } = {}) => {
      const response = await fetch(`${url}${path}${dryRun ? '?dry_run=true' : ''}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', ...(wait ? { prefer: 'wait=300' } : {}) },
        body: JSON.stringify(body),
      });
      return answerOf<JobResource>(response, `POST ${path}`);
    },
    stop: async () => {
      await child.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
