import type { JobResource } from '@ffapi/contracts';

export interface JobEventFrame {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface HistoryEvent {
  readonly occurred_at: string;
  readonly type: string;
  readonly stream: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The few calls of the public API that the demo makes, as any client would make them. */
export class DemoClient {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, apiKey: string) {
    this.#url = url;
    this.#headers = { 'x-api-key': apiKey };
  }

  async submit(path: string, body: unknown): Promise<JobResource> {
    return this.#json(path, {
      method: 'POST',
      headers: { ...this.#headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  async job(jobId: string): Promise<JobResource> {
    return this.#json(`/v1/jobs/${jobId}`, { headers: this.#headers });
  }

  async history(jobId: string): Promise<HistoryEvent[]> {
    return (await this.#json<{ data: HistoryEvent[] }>(`/v1/jobs/${jobId}/history`, { headers: this.#headers })).data;
  }

  async signingSecret(): Promise<string> {
    return (await this.#json<{ secret: string }>('/webhooks/signing-secret', { headers: this.#headers })).secret;
  }

  async download(url: string): Promise<AsyncIterable<Uint8Array>> {
    const response = await fetch(url);
    if (!response.ok || !response.body) throw new Error(`GET ${url}: ${response.status}`);
    return response.body;
  }

  /** The job's events until it ends. */
  async *events(jobId: string): AsyncGenerator<JobEventFrame> {
    const response = await fetch(`${this.#url}/v1/jobs/${jobId}/events`, { headers: this.#headers });
    if (!response.body) throw new Error('the event stream has no body');
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const frames = text.split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames) {
        const type = /^event: (.+)$/m.exec(frame)?.[1];
        const data = /^data: (.+)$/m.exec(frame)?.[1];
        if (type && data) yield { type, data: JSON.parse(data) as Record<string, unknown> };
      }
    }
  }

  async #json<T>(path: string, init: RequestInit): Promise<T> {
    const response = await fetch(this.#url + path, init);
    const body = (await response.json()) as T & { detail?: string };
    if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${body.detail ?? ''}`);
    return body;
  }
}
