import { createHash, createHmac } from 'node:crypto';
import type { ModerationProviderName } from '@ffapi/config';
import { Webhook } from 'standardwebhooks';
import type { ReceivedCall, ServiceReply } from '@ffapi/testkit';

/** A provider as its own documentation describes it. */
export interface DocumentedService {
  readonly settings: (url: string) => Readonly<Record<string, string>>;
  /** The setting without which it would refuse every call. */
  readonly secret: string;
  /** What the service would object to in a call; `null`: nothing, and it answers. */
  readonly objection: (call: ReceivedCall) => ServiceReply | null;
  readonly bytesMax: number;
  readonly bytesOf: (body: never) => string;
  readonly clean: unknown;
  readonly grave: unknown;
  /** What is read out of `grave`. */
  readonly sightings: readonly unknown[];
  readonly errors: readonly (readonly [string, ServiceReply, string])[];
  readonly busy: ServiceReply;
}

export const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
export const webhookSecret = `whsec_${Buffer.from('a secret of the moderation server').toString('base64')}`;

const body = (call: ReceivedCall): Record<string, unknown> => JSON.parse(call.text) as Record<string, unknown>;
const isImage = (base64: unknown): boolean =>
  typeof base64 === 'string' && Buffer.from(base64, 'base64').subarray(0, 2).toString('hex') === 'ffd8';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const awsError = (status: number, type: string): ServiceReply => ({ status, body: { __type: type, message: 'no' } });

/** As AWS does it: the request is canonicalized from what arrived. */
const awsObjection = ({ method, path, headers, text }: ReceivedCall): ServiceReply | null => {
  const [, day = '', region = '', names = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/(\d{8})\/([\w-]+)\/rekognition\/aws4_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  if (signature === '') return awsError(400, 'com.amazon.coral.service#IncompleteSignatureException');
  const date = String(headers['x-amz-date']);
  const lines = names.split(';').map((name) => `${name}:${String(headers[name])}`);
  const canonical = [method, path, '', ...lines, '', names, sha256(text)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', date, `${day}/${region}/rekognition/aws4_request`, sha256(canonical)].join('\n');
  const key = [region, 'rekognition', 'aws4_request'].reduce<Buffer>(
    hmac,
    hmac(`AWS4${credentials.secretAccessKey}`, day),
  );
  const isSigned = ['content-type', 'host', 'x-amz-date', 'x-amz-target'].every((name) =>
    names.split(';').includes(name),
  );
  if (!isSigned || hmac(key, toSign).toString('hex') !== signature) return awsError(400, 'InvalidSignatureException');
  if (headers['x-amz-target'] !== 'RekognitionService.DetectModerationLabels')
    return awsError(400, 'UnknownOperationException');
  if (headers['content-type'] !== 'application/x-amz-json-1.1') return awsError(400, 'SerializationException');
  const { Image, MinConfidence } = JSON.parse(text) as { Image?: { Bytes?: string }; MinConfidence?: number };
  if (typeof MinConfidence !== 'number' || MinConfidence > 100) return awsError(400, 'InvalidParameterException');
  return isImage(Image?.Bytes) ? null : awsError(400, 'InvalidImageFormatException');
};

const aws: DocumentedService = {
  settings: (url) => ({
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL_REKOGNITION: url,
  }),
  secret: 'AWS_SECRET_ACCESS_KEY',
  objection: awsObjection,
  bytesMax: 5_242_880,
  bytesOf: (sent: { Image: { Bytes: string } }) => sent.Image.Bytes,
  clean: { ModerationLabels: [], ModerationModelVersion: '7.0', ContentTypes: [] },
  grave: {
    ModerationLabels: [
      { Confidence: 99.5, Name: 'Explicit Nudity', ParentName: 'Explicit', TaxonomyLevel: 2 },
      { Confidence: 99.5, Name: 'Explicit', ParentName: '', TaxonomyLevel: 1 },
    ],
    ModerationModelVersion: '7.0',
    ContentTypes: [{ Confidence: 90, Name: 'Illustrated' }],
  },
  sightings: [
    { name: 'Explicit Nudity', confidence: 0.995 },
    { name: 'Explicit', confidence: 0.995 },
  ],
  errors: [
    ['a bad key', awsError(400, 'UnrecognizedClientException'), 'moderation_key_refused'],
    ['a bad signature', awsError(400, 'InvalidSignatureException'), 'moderation_key_refused'],
    ['no rights', awsError(400, 'AccessDeniedException'), 'moderation_key_refused'],
    ['a picture that is none', awsError(400, 'InvalidImageFormatException'), 'moderation_unavailable'],
  ],
  busy: awsError(400, 'ProvisionedThroughputExceededException'),
};

const safeSearch = (adult: string, racy: string) => ({
  responses: [
    {
      safeSearchAnnotation: { adult, spoof: 'VERY_LIKELY', medical: 'POSSIBLE', violence: 'VERY_UNLIKELY', racy },
    },
  ],
});
const googleError = (status: number, word: string, reason: string): ServiceReply => ({
  status,
  body: { error: { code: status, message: word, status: word, details: [{ reason }] } },
});
interface VisionRequest {
  readonly requests: [{ image: { content: string }; features: { type: string }[] }];
}

const google: DocumentedService = {
  settings: (url) => ({ GOOGLE_VISION_API_KEY: 'google-key', GOOGLE_VISION_API_URL: `${url}/` }),
  secret: 'GOOGLE_VISION_API_KEY',
  objection: (call) => {
    if (call.path !== '/v1/images:annotate') return googleError(404, 'NOT_FOUND', '');
    if (call.headers['x-goog-api-key'] !== 'google-key')
      return googleError(400, 'API key not valid.', 'API_KEY_INVALID');
    const [request] = (JSON.parse(call.text) as VisionRequest).requests;
    const isAsked = request.features.some(({ type }) => type === 'SAFE_SEARCH_DETECTION');
    return isAsked && isImage(request.image.content) ? null : googleError(400, 'INVALID_ARGUMENT', '');
  },
  bytesMax: 7_340_032,
  bytesOf: (sent: VisionRequest) => sent.requests[0].image.content,
  clean: safeSearch('VERY_UNLIKELY', 'UNLIKELY'),
  grave: safeSearch('VERY_LIKELY', 'LIKELY'),
  sightings: [
    { name: 'adult', confidence: 0.95 },
    { name: 'violence', confidence: 0.05 },
    { name: 'racy', confidence: 0.8 },
  ],
  errors: [
    ['a bad key', googleError(400, 'API key not valid.', 'API_KEY_INVALID'), 'moderation_key_refused'],
    ['no rights', googleError(403, 'PERMISSION_DENIED', 'SERVICE_DISABLED'), 'moderation_key_refused'],
    [
      'a picture that is none',
      { status: 200, body: { responses: [{ error: { code: 3, message: 'Bad image data.' } }] } },
      'moderation_unavailable',
    ],
  ],
  busy: googleError(403, 'PERMISSION_DENIED', 'RATE_LIMIT_EXCEEDED'),
};

const azureError = (status: number, code: string): ServiceReply => ({
  status,
  body: { error: { code, message: 'no' } },
});
const analysis = (severity: number) => ({
  categoriesAnalysis: [
    { category: 'Hate', severity: 0 },
    { category: 'SelfHarm', severity: 2 },
    { category: 'Sexual', severity },
    { category: 'Violence', severity: 4 },
  ],
});

const azure: DocumentedService = {
  settings: (url) => ({ AZURE_CONTENT_SAFETY_ENDPOINT: `${url}/`, AZURE_CONTENT_SAFETY_KEY: 'azure-key' }),
  secret: 'AZURE_CONTENT_SAFETY_KEY',
  objection: (call) => {
    if (call.path !== '/contentsafety/image:analyze?api-version=2024-09-01') return azureError(404, 'NotFound');
    if (call.headers['ocp-apim-subscription-key'] !== 'azure-key') return azureError(401, '401');
    const { image, outputType } = body(call) as { image?: { content?: string }; outputType?: string };
    return isImage(image?.content) && outputType === 'FourSeverityLevels'
      ? null
      : azureError(400, 'InvalidRequestBody');
  },
  bytesMax: 4_194_304,
  bytesOf: (sent: { image: { content: string } }) => sent.image.content,
  clean: { categoriesAnalysis: [{ category: 'Hate', severity: 0 }] },
  grave: analysis(6),
  sightings: [
    { name: 'Hate', confidence: 0 },
    { name: 'SelfHarm', confidence: 0.5 },
    { name: 'Sexual', confidence: 0.95 },
    { name: 'Violence', confidence: 0.8 },
  ],
  errors: [
    ['a bad key', azureError(401, '401'), 'moderation_key_refused'],
    ['a picture that is none', azureError(400, 'InvalidRequestBody'), 'moderation_unavailable'],
  ],
  busy: azureError(429, '429'),
};

const webhook: DocumentedService = {
  settings: (url) => ({ MODERATION_WEBHOOK_URL: `${url}/check`, MODERATION_WEBHOOK_SECRET: webhookSecret }),
  secret: 'MODERATION_WEBHOOK_SECRET',
  objection: (call) => {
    try {
      new Webhook(webhookSecret).verify(call.text, call.headers as Record<string, string>);
    } catch {
      return { status: 401, body: {} };
    }
    const { frame, job_id: jobId } = body(call) as { frame?: { data?: string }; job_id?: string };
    return isImage(frame?.data) && jobId === 'job_0000' ? null : { status: 400, body: {} };
  },
  bytesMax: 8_388_608,
  bytesOf: (sent: { frame: { data: string } }) => sent.frame.data,
  clean: { labels: [] },
  grave: { labels: [{ name: 'nudity', confidence: 0.9 }] },
  sightings: [{ name: 'nudity', confidence: 0.9 }],
  errors: [
    ['a bad signature', { status: 401, body: {} }, 'moderation_key_refused'],
    ['a redirect', { status: 302, body: '', headers: { location: '/elsewhere' } }, 'moderation_unavailable'],
  ],
  busy: { status: 429, body: {} },
};

/** What each provider's documentation says of its calls and answers. */
export const services: Readonly<Record<ModerationProviderName, DocumentedService>> = { aws, google, azure, webhook };
