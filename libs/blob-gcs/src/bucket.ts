import { Storage, type Bucket as SignedBucket } from '@google-cloud/storage';
import { createBlobNames, leadsClients, openIdleAgent, type BlobNames } from '@ffapi/blob';
import type { GoogleAuth } from 'google-auth-library';
import { ObjectNotFound, SignInFailed, saysNoObject, statusOf } from './failure-of.ts';
import { openSigner, openSignIn, type GcsCredentials } from './sign-in.ts';

export interface GcsBlobStoreOptions {
  readonly bucket: string;
  /** Absent: those of the machine or pod, or none over plain HTTP. */
  readonly credentials?: GcsCredentials | undefined;
  /** Absent: Google's own. */
  readonly endpoint?: string | undefined;
  /** Where clients reach the bucket, for direct links; absent: there, too, unless its name means something in this network only. */
  readonly publicEndpoint?: string | undefined;
  /** Before every name; several stores can share a bucket. */
  readonly prefix?: string | undefined;
  /** What a stream is cut into. */
  readonly pieceSizeBytes?: number | undefined;
  /** How many names a listing asks for at once. */
  readonly pageMax?: number | undefined;
  /** How long a connection may be silent while something is waited for. */
  readonly idleTimeoutMs?: number | undefined;
}

/** A request to the JSON interface. */
export interface Asked {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Behind the endpoint. */
  readonly path: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly data?: object;
  readonly signal?: AbortSignal | undefined;
}

/** One bucket with what is needed to speak to it. */
export interface Bucket {
  readonly name: string;
  readonly names: BlobNames;
  readonly pieceSizeBytes: number;
  readonly pageMax: number;
  readonly idleTimeoutMs: number;
  /** What the answer holds; throws `ObjectNotFound`, what the client throws, or why the caller gave up. */
  send<T>(asked: Asked): Promise<T>;
  /** For a body, which may wait for a slow reader as long as it likes. */
  read(asked: Asked): Promise<NodeJS.ReadableStream>;
  /** Signs links, at the address under which clients reach the bucket; absent where it cannot, or where they do not. */
  readonly linking: { readonly bucket: SignedBucket; readonly host: string } | undefined;
  close(): void;
}

const google = 'https://storage.googleapis.com';

/** Each request is repeated after 0.1, 0.5 and 1.5 seconds; its conditions keep a repeat from doing anything twice. */
const retries = {
  retry: 3,
  noResponseRetries: 3,
  httpMethodsToRetry: ['GET', 'POST', 'PATCH', 'DELETE'],
  statusCodesToRetry: [
    [408, 408],
    [429, 429],
    [500, 504],
  ],
};

/** The path of the bucket's objects, or of one of them. */
export const objectPath = (bucket: string, name?: string): string =>
  `/storage/v1/b/${encodeURIComponent(bucket)}/o${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;

export const openBucket = (options: GcsBlobStoreOptions): Bucket => {
  const { bucket: name, credentials, idleTimeoutMs = 30_000 } = options;
  const endpoint = (options.endpoint ?? google).replace(/\/+$/, '');
  const [agent, reading] = [false, true].map((untilAnswered) =>
    openIdleAgent({ url: endpoint, idleTimeoutMs, untilAnswered }),
  ) as [ReturnType<typeof openIdleAgent>, ReturnType<typeof openIdleAgent>];
  const auth = openSignIn(endpoint, credentials, agent);

  /**
   * The SDK's own transport has no end for a silent connection, no agent and no signal of its callers. This is the one
   * that it signs in with and resumes uploads over.
   */
  const ask = async <T>({ path, signal, ...asked }: Asked, isBody: boolean): Promise<T> => {
    signal?.throwIfAborted();
    // A body that is being read is given up by its reader.
    const waiting = new AbortController();
    const giveUp = () => waiting.abort();
    signal?.addEventListener('abort', giveUp);
    try {
      await signIn(auth, idleTimeoutMs);
      const { data } = await auth.request<T>({
        ...asked,
        url: `${endpoint}${path}`,
        responseType: isBody ? 'stream' : 'json',
        agent: isBody ? reading : agent,
        retryConfig: { ...retries },
        signal: waiting.signal,
        // It would read a body byte by byte for secrets, for seconds; the store's failures have nothing of a request.
        errorRedactor: false,
      });
      return data;
    } catch (error) {
      signal?.throwIfAborted();
      if (statusOf(error) === 404) await tellMissing(error);
      throw error;
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  };

  /** That an object is not there is told from that the bucket is not, whatever the words of the answer are. */
  const tellMissing = async (error: unknown): Promise<void> => {
    if (!saysNoObject(error)) {
      const params = { maxResults: '1', fields: 'nextPageToken' };
      const answer = await auth
        .request({
          url: `${endpoint}${objectPath(name)}`,
          params,
          agent,
          retryConfig: { ...retries },
          validateStatus: () => true,
        })
        .catch(() => undefined);
      if (answer?.status !== 200) return;
    }
    throw new ObjectNotFound();
  };

  const publicEndpoint = options.publicEndpoint ?? (leadsClients(endpoint) ? endpoint : undefined);
  const signer = openSigner(credentials);
  return {
    name,
    names: createBlobNames(options.prefix),
    pieceSizeBytes: options.pieceSizeBytes ?? 8 << 20,
    pageMax: options.pageMax ?? 1000,
    idleTimeoutMs,
    send: (asked) => ask(asked, false),
    read: (asked) => ask(asked, true),
    linking:
      signer && publicEndpoint !== undefined
        ? { bucket: new Storage({ authClient: signer, apiEndpoint: endpoint }).bucket(name), host: publicEndpoint }
        : undefined,
    close: () => {
      agent.destroy();
      reading.destroy();
    },
  };
};

/** Whoever gives out tokens is not waited for longer than the bucket itself. */
const signIn = async (auth: GoogleAuth, idleTimeoutMs: number): Promise<void> => {
  let watch: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    watch = setTimeout(() => reject(new Error(`no token came for ${idleTimeoutMs} ms`)), idleTimeoutMs);
  });
  try {
    await Promise.race([auth.getRequestHeaders(), silence]);
  } catch (error) {
    throw new SignInFailed(error);
  } finally {
    clearTimeout(watch);
  }
};
