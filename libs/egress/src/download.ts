import { createHash, type Hash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardRules } from './dial.ts';
import { codeOf } from './exchange.ts';
import { EgressFailure } from './failure.ts';
import { follow, type Followed } from './follow.ts';
import { redactUrl } from './guard-url.ts';
import { fetchHeaders, type Headers } from './headers.ts';
import { createRateMeter } from './rate-meter.ts';
import { openSink, type Sink } from './sink.ts';
import { readPart, validatorOf, type Part } from './part.ts';

export interface DownloadProgress {
  readonly receivedBytes: number;
  readonly totalBytes: number | null;
}

export interface DownloadOptions {
  /** A file (removed when the download fails) or a stream (destroyed then). */
  readonly sink: string | Writable;
  /** Names in `fetchHeaderNames` only. */
  readonly headers?: Headers | undefined;
  /** Sent to the URL's own origin, never on to another. */
  readonly authorization?: string | undefined;
  readonly sizeBytesMax: number;
  readonly redirectsMax?: number | undefined;
  readonly connectTimeoutMs?: number | undefined;
  readonly idleTimeoutMs?: number | undefined;
  readonly minRateBytesPerS?: number | undefined;
  readonly minRateWindowMs?: number | undefined;
  /** Requests for one body: a broken connection is picked up where it broke off. */
  readonly triesMax?: number | undefined;
  readonly retryDelayMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

export interface Downloaded {
  readonly sizeBytes: number;
  readonly sha256: string;
  /** As the server said it; what the bytes are is for their reader to find out. */
  readonly contentType: string | null;
  readonly etag: string | null;
  /** After redirects, without user-info and query. */
  readonly finalUrl: string;
}

export interface DownloadRules extends GuardRules {
  readonly now: () => number;
}

/** What has arrived so far, kept across the requests of one download. */
interface Received {
  sizeBytes: number;
  hash: Hash;
  part: Part | null;
  url: URL | null;
}

const withDefaults = ({
  redirectsMax = 3,
  connectTimeoutMs = 5000,
  idleTimeoutMs = 15_000,
  minRateBytesPerS = 8192,
  minRateWindowMs = 30_000,
  triesMax = 3,
  retryDelayMs = 250,
  ...rest
}: DownloadOptions) => ({
  redirectsMax,
  connectTimeoutMs,
  idleTimeoutMs,
  minRateBytesPerS,
  minRateWindowMs,
  triesMax,
  retryDelayMs,
  ...rest,
});

type Settings = ReturnType<typeof withDefaults>;

/** Fetches a URL of a user to the end, or fails with an `EgressFailure` that says why. */
export const download = async (url: string, options: DownloadOptions, rules: DownloadRules): Promise<Downloaded> => {
  const settings = withDefaults(options);
  const headers = fetchHeaders(options.headers, options.authorization);
  const sink = await openSink(options.sink);
  const received: Received = { sizeBytes: 0, hash: createHash('sha256'), part: null, url: null };
  try {
    for (let tries = 1; ; tries++) {
      try {
        await fetchRest({ url, headers, settings, rules, sink, received });
        break;
      } catch (error) {
        if (!isResumable(error, sink, received) || tries >= settings.triesMax) throw error;
        await sleep(settings.retryDelayMs * tries, undefined, { signal: settings.signal });
      }
    }
    if (received.sizeBytes === 0) throw new EgressFailure('input_empty');
    await sink.close();
  } catch (error) {
    await sink.discard();
    throw error;
  }
  return {
    sizeBytes: received.sizeBytes,
    sha256: received.hash.digest('hex'),
    contentType: received.part?.contentType ?? null,
    etag: received.part?.etag ?? null,
    finalUrl: redactUrl(received.url ?? url),
  };
};

const isResumable = (error: unknown, sink: Sink, { sizeBytes, part }: Received): boolean =>
  error instanceof EgressFailure &&
  error.code === 'input_truncated' &&
  (sizeBytes === 0 || sink.restart !== undefined || validatorOf(part) !== null);

interface Fetch {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly settings: Settings;
  readonly rules: DownloadRules;
  readonly sink: Sink;
  readonly received: Received;
}

const fetchRest = async ({ url, headers, settings, rules, sink, received }: Fetch): Promise<void> => {
  const validator = received.sizeBytes > 0 ? validatorOf(received.part) : null;
  const range = validator === null ? null : { range: `bytes=${received.sizeBytes}-`, 'if-range': validator };
  const { connectTimeoutMs, idleTimeoutMs, signal } = settings;
  const timeouts = { connectTimeoutMs, headersTimeoutMs: idleTimeoutMs, idleTimeoutMs };
  const request = { method: 'GET' as const, headers: { ...headers, ...range }, ...timeouts, signal };
  const answer = await follow(url, request, settings.redirectsMax, rules);
  try {
    const part = readPart(answer, received.part);
    if (part.start !== received.sizeBytes) await startOver(sink, received, part);
    received.part = part;
    received.url = answer.url;
    if ((part.totalBytes ?? 0) > settings.sizeBytesMax) throw tooLarge(settings);
    await receive(answer, { settings, rules, sink, received });
    if (part.totalBytes !== null && received.sizeBytes !== part.totalBytes) {
      throw new EgressFailure('input_truncated', `${received.sizeBytes} of ${part.totalBytes} bytes`);
    }
  } finally {
    answer.close();
  }
};

const startOver = async (sink: Sink, received: Received, part: Part): Promise<void> => {
  if (part.start !== 0 || !sink.restart) throw new EgressFailure('input_changed');
  await sink.restart();
  received.sizeBytes = 0;
  received.hash = createHash('sha256');
};

const receive = async (answer: Followed, { settings, rules, sink, received }: Omit<Fetch, 'url' | 'headers'>) => {
  const rate = createRateMeter(settings.minRateBytesPerS, settings.minRateWindowMs, rules.now());
  for await (const chunk of bodyOf(answer, settings)) {
    if (received.sizeBytes + chunk.byteLength > settings.sizeBytesMax) throw tooLarge(settings);
    await sink.write(chunk);
    received.hash.update(chunk);
    received.sizeBytes += chunk.byteLength;
    settings.onProgress?.({ receivedBytes: received.sizeBytes, totalBytes: received.part?.totalBytes ?? null });
    if (!rate.add(chunk.byteLength, rules.now())) throw new EgressFailure('input_timeout', 'it sends too slowly');
  }
};

async function* bodyOf({ body }: Followed, { signal }: Settings): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const code = codeOf(error);
    if (code === 'UND_ERR_BODY_TIMEOUT')
      throw new EgressFailure('input_timeout', 'it stopped sending', { cause: error });
    throw new EgressFailure('input_truncated', code, { cause: error });
  }
}

const tooLarge = ({ sizeBytesMax }: Settings): EgressFailure =>
  new EgressFailure('input_too_large', `more than ${sizeBytesMax} bytes`);
