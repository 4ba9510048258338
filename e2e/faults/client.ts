import { createHash } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import type { Entry } from './checker.ts';
import type { Note } from './recorder.ts';

type Promises = Extract<Entry, { kind: 'request' }>['promises'];

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface Ask {
  readonly body?: unknown;
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly promises?: Promises;
}

export interface Output {
  readonly file_id: string;
  readonly download_url: string;
  readonly size_bytes: number;
  readonly sha256: string;
}

export interface Job {
  readonly job_id: string;
  readonly status: string;
  readonly attempts: number;
  readonly webhook_url: string | null;
  readonly outputs: readonly Output[];
}

const timeoutMs = 30_000;
let requests = 0;

/** A client of the public API that puts on record what it asks before it asks, and what it is told before it goes on. */
export class Client {
  readonly #url: string;
  readonly #apiKey: string;
  readonly #note: Note;

  constructor(url: string, apiKey: string, note: Note = () => {}) {
    this.#url = url;
    this.#apiKey = apiKey;
    this.#note = note;
  }

  /** `null`: no answer came. */
  async call<T = Record<string, unknown>>(method: string, path: string, ask: Ask = {}): Promise<Answer<T> | null> {
    const request = `r${++requests}`;
    const { body, key = null, promises = null } = ask;
    this.#note({ kind: 'request', request, method, path, key, promises });
    try {
      const isForm = body instanceof FormData;
      const response = await fetch(this.#url + path, {
        method,
        headers: {
          'x-api-key': this.#apiKey,
          ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
          ...(key === null ? {} : { 'idempotency-key': key }),
          ...ask.headers,
        },
        body: isForm ? body : body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      const json = (text === '' ? {} : JSON.parse(text)) as T & {
        job_id?: string;
        file_id?: string;
      };
      this.#note({
        kind: 'answer',
        request,
        status: response.status,
        resource: json.job_id ?? json.file_id ?? null,
        retryAfter: response.headers.get('retry-after'),
      });
      return { status: response.status, headers: response.headers, body: json };
    } catch (error) {
      this.#note({ kind: 'no-answer', request, reason: String((error as Error).cause ?? error) });
      return null;
    }
  }

  /** Uploads under a key, so that it can be repeated. */
  async store<T = { readonly file_id: string }>(
    path: string,
    name: string,
    key: string | null,
  ): Promise<Answer<T> | null> {
    const form = new FormData();
    form.set('file', await openAsBlob(path), name);
    return this.call<T>('POST', '/v1/files', { body: form, key, promises: 'AssetStored' });
  }

  async upload(path: string, name: string): Promise<string | null> {
    const answer = await this.store(path, name, null);
    return answer?.status === 201 ? answer.body.file_id : null;
  }

  async job(jobId: string): Promise<Job | null> {
    const answer = await this.call<Job>('GET', `/v1/jobs/${jobId}`);
    return answer?.status === 200 ? answer.body : null;
  }

  /** Every job the list shows, or `null` when a page could not be read. */
  async jobs(query = ''): Promise<Job[] | null> {
    const jobs: Job[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const path: string = `/v1/jobs?limit=200${query}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
      const page: Answer<{ data: Job[]; next_cursor: string | null }> | null = await this.call('GET', path);
      if (page?.status !== 200) return null;
      jobs.push(...page.body.data);
      cursor = page.body.next_cursor;
    }
    return jobs;
  }

  /** Downloads by the signed link and puts size and digest on record. */
  async download({ file_id: fileId, download_url: url }: Output): Promise<void> {
    const digest = createHash('sha256');
    let sizeBytes = 0;
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok || !response.body) return;
    for await (const chunk of response.body) {
      digest.update(chunk);
      sizeBytes += chunk.length;
    }
    this.#note({ kind: 'download', fileId, sizeBytes, sha256: digest.digest('hex') });
  }
}
