import type { Caller, OutboundFailure, ServiceAnswer } from '@ffapi/outbound';
import { z } from 'zod';
import { signAwsCall } from './aws-signature.ts';
import { required, type OpenModerator } from './provider.client.ts';

const answerShape = z.object({
  ModerationLabels: z.array(z.object({ Name: z.string().min(1), Confidence: z.number().min(0).max(100) })),
});

/** Below this Rekognition is not asked to speak: it would name everything. */
const confidencePercentMin = 20;

const busy = /ThrottlingException|ProvisionedThroughputExceededException|LimitExceededException/;
const refused =
  /AccessDeniedException|UnrecognizedClientException|InvalidSignatureException|ExpiredTokenException|IncompleteSignature|MissingAuthenticationToken|InvalidClientTokenId/;

/** Rekognition says 400 for nearly everything; `__type` tells what it is. */
const failure = ({ failureOf }: Caller, answer: ServiceAnswer): OutboundFailure => {
  const type = /"__type"\s*:\s*"([^"]*)"/.exec(answer.text)?.[1] ?? '';
  if (busy.test(type)) return failureOf({ ...answer, status: 429 });
  return refused.test(type) ? failureOf({ ...answer, status: 403 }) : failureOf(answer);
};

/** Amazon Rekognition, DetectModerationLabels. */
export const aws: OpenModerator<'aws'> = (config, { caller, now }) => {
  const credentials = {
    accessKeyId: required(config.AWS_ACCESS_KEY_ID),
    secretAccessKey: required(config.AWS_SECRET_ACCESS_KEY),
    sessionToken: config.AWS_SESSION_TOKEN,
  };
  const region = required(config.AWS_REGION);
  const url = new URL(config.AWS_ENDPOINT_URL_REKOGNITION ?? `https://rekognition.${region}.amazonaws.com/`);
  return {
    name: 'aws',
    bytesMax: 5 * 1024 * 1024,
    look: async ({ bytes }, signal) => {
      const body = JSON.stringify({
        Image: { Bytes: Buffer.from(bytes).toString('base64') },
        MinConfidence: confidencePercentMin,
      });
      const target = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'RekognitionService.DetectModerationLabels',
      };
      const call = { method: 'POST', url, headers: target, body, region, service: 'rekognition', now: now() };
      const answer = await caller.call({ url: url.href, headers: signAwsCall(call, credentials), body, signal });
      if (answer.status !== 200) throw failure(caller, answer);
      return caller.readAs(answerShape, answer).ModerationLabels.map(({ Name, Confidence }) => ({
        name: Name,
        confidence: Confidence / 100,
      }));
    },
  };
};
