import type { WebhookData } from '@ffapi/contracts';
import { readBlob } from '@ffapi/blob';
import { signPath } from '@ffapi/secrets';
import { below } from '@ffapi/job-view';
import { derivedKey, publicBaseUrl, type ServiceContext } from '@ffapi/service-kit';
import {
  secretsInForce,
  signMessage,
  userHeaders,
  type EndpointDocument,
  type DecryptSecret,
  tenantSecret,
} from '../endpoints/index.ts';
import { callBody } from './event-payload.ts';
import type { DeliveryDocument } from './deliveries.projection.ts';

/** What a call is made of. */
export type CallSource = Pick<
  DeliveryDocument,
  'deliveryId' | 'webhookId' | 'apiKeyId' | 'event' | 'timestamp' | 'target' | 'payload'
>;
export type Subscription = Pick<EndpointDocument, 'target' | 'signingSecrets'>;

export interface ComposedCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes to send. */
  readonly body: string;
  /** What must not be kept should the receiver repeat it. */
  readonly secrets: readonly string[];
}

const shownBytesMax = 256 * 1024;
const leftOut = '[left out]';

type Composing = Pick<ServiceContext, 'blobs' | 'config' | 'masterKey' | 'now'>;

/** The payload as it was kept. */
const payloadOf = async ({ blobs }: Composing, { payload }: Pick<CallSource, 'payload'>): Promise<WebhookData> =>
  'inline' in payload
    ? payload.inline
    : (JSON.parse((await readBlob(blobs, payload.blob)).toString('utf8')) as WebhookData);

const openHeaders = async (ref: string | null, open: DecryptSecret): Promise<Record<string, string>> =>
  ref === null ? {} : (JSON.parse(await open(ref)) as Record<string, string>);

/** The calls of one attempt: links and signatures are made anew each time, the address is the subscription's newest. */
export const composeCall = async (
  context: Composing,
  open: DecryptSecret,
  source: CallSource,
  subscription: Subscription | null,
): Promise<ComposedCall> => {
  const { event, timestamp } = source;
  const target = subscription?.target ?? source.target;
  const data = await payloadOf(context, source);
  const links: string[] = [];
  const linkOf = signedLinks(context, data);
  const downloadUrlOf = (fileId: string): string => {
    const url = linkOf(fileId);
    // Whoever has the signed part can put the rest of the link beside it.
    links.push(url, ...url.split('/').filter((part) => part.startsWith('~')));
    return url;
  };
  const body = callBody({ event, timestamp, data, isJobsOwn: source.webhookId === null, downloadUrlOf });
  const refs = subscription ? secretsInForce(subscription, context.now()) : [];
  const [first = tenantSecret(context, source.apiKeyId), ...rest] = await Promise.all(refs.map(open));
  const signed = signMessage({ id: source.deliveryId, body, sentAt: context.now(), secrets: [first, ...rest] });
  const own = await openHeaders(target.headersSecret, open);
  const url = target.urlSecret === null ? target.url : await open(target.urlSecret);
  return {
    url,
    headers: { ...userHeaders(own), ...signed.headers },
    body: signed.body,
    secrets: [
      first,
      ...rest,
      ...signed.signatures,
      ...links,
      ...Object.values(own).flatMap(wordsOf),
      ...new URL(url).searchParams.values(),
    ],
  };
};

/** The same for people: without signatures, links that need no key, and values of the user's headers. */
export const showCall = async (context: Composing, open: DecryptSecret, source: CallSource, target = source.target) => {
  const own = await openHeaders(target.headersSecret, open).catch(() => ({}));
  const headers = {
    ...Object.fromEntries(Object.keys(userHeaders(own)).map((name) => [name, leftOut])),
    'content-type': 'application/json',
    'webhook-id': source.deliveryId,
    'webhook-timestamp': '[of each attempt]',
    'webhook-signature': leftOut,
    'x-ffapi-signature': leftOut,
  };
  if ('blob' in source.payload && source.payload.blob.sizeBytes > shownBytesMax) return { headers, body: null };
  const { event, timestamp } = source;
  const isJobsOwn = source.webhookId === null;
  const data = await payloadOf(context, source);
  const body = callBody({ event, timestamp, data, isJobsOwn, downloadUrlOf: () => leftOut });
  return { headers, body: { ...body, signature: leftOut } };
};

/** A receiver may repeat the token of `Bearer …` alone. */
const wordsOf = (value: string): string[] => [value, ...value.split(' ')];

const signedLinks = (context: Composing, data: WebhookData): ((fileId: string) => string) => {
  const key = derivedKey(context.masterKey, 'download-links');
  const expires = Math.floor(Date.parse(context.now()) / 1000) + context.config.DOWNLOAD_URL_EXPIRY;
  const names = new Map<string, string>();
  for (const output of Array.isArray(data.outputs) ? (data.outputs as { file_id: string; url: string }[]) : [])
    names.set(output.file_id, decodeURIComponent(output.url.split('/').slice(3).join('/')));
  const baseUrl = context.config.CDN_BASE_URL ?? publicBaseUrl(context.config);
  return (fileId) => below(baseUrl, signPath(key, fileId, names.get(fileId) ?? String(data.name ?? 'file'), expires));
};
