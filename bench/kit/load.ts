import { Agent, request as httpRequest } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Metrics } from './rounds.ts';
import { quantile } from './statistics.ts';

export interface PostOptions {
  readonly url: string;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What counts as an answer; anything else ends the measurement. */
  readonly status: number;
}

interface Poster {
  post(): Promise<void>;
  close(): void;
}

/** Posts the same body over kept-alive connections, one per caller that waits. */
const createPoster = ({ url, body, headers, status }: PostOptions, connections: number): Poster => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const payload = Buffer.from(JSON.stringify(body));
  const sent = { 'content-type': 'application/json', 'content-length': String(payload.length), ...headers };
  const post = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(url, { agent, method: 'POST', headers: sent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('end', () => {
          if (response.statusCode === status) resolve();
          else reject(new Error(`POST ${url}: ${response.statusCode} ${text.slice(0, 500)}`));
        });
      });
      request.once('error', reject);
      request.end(payload);
    });
  return { post, close: () => agent.destroy() };
};

/** Figures of closed-loop work: each of `concurrency` callers starts again as soon as it is done. */
export const closedLoop = async (call: () => Promise<void>, count: number, concurrency: number): Promise<Metrics> => {
  const durationsMs: number[] = [];
  let left = count;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left--;
      const startMs = performance.now();
      await call();
      durationsMs.push(performance.now() - startMs);
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: concurrency }, caller));
  const seconds = (performance.now() - startMs) / 1000;
  return { p50Ms: quantile(durationsMs, 0.5), p99Ms: quantile(durationsMs, 0.99), perSecond: count / seconds };
};

/** Latency and rate of a POST under a number of callers. */
export const loadPost = async (options: PostOptions, count: number, concurrency: number): Promise<Metrics> => {
  const poster = createPoster(options, concurrency);
  try {
    // The connections are opened before anything is counted.
    await Promise.all(Array.from({ length: concurrency }, poster.post));
    return await closedLoop(poster.post, count, concurrency);
  } finally {
    poster.close();
  }
};
