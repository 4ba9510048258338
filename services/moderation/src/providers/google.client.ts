import { OutboundFailure, type Caller, type ServiceAnswer } from '@ffapi/outbound';
import { z } from 'zod';
import { required, type OpenModerator } from './provider.client.ts';

/** Google tells likelihoods in words; as numbers only their order is Google's. */
const confidences = {
  UNKNOWN: 0,
  VERY_UNLIKELY: 0.05,
  UNLIKELY: 0.25,
  POSSIBLE: 0.5,
  LIKELY: 0.8,
  VERY_LIKELY: 0.95,
} as const;
const likelihood = z.enum(Object.keys(confidences) as [keyof typeof confidences, ...(keyof typeof confidences)[]]);

/** `spoof` and `medical` are told too, and are no reason to refuse anything. */
const asked = ['adult', 'violence', 'racy'] as const;
const safeSearch = z.object({ adult: likelihood, violence: likelihood, racy: likelihood });
const answerShape = z.object({
  responses: z.tuple([
    z.union([
      z.object({ safeSearchAnnotation: safeSearch }),
      z.object({ error: z.object({ code: z.int(), message: z.string().optional() }) }),
    ]),
  ]),
});

/** Codes of gRPC that stand in a response of its own: the service was busy or broken. */
const passing = new Set([4, 8, 13, 14]);

/** Google says 400 for a bad key, and 403 for keys, rates and quotas alike. */
const failure = ({ failureOf }: Caller, answer: ServiceAnswer): OutboundFailure => {
  if (/API_KEY_INVALID|API key not valid/.test(answer.text)) return failureOf({ ...answer, status: 403 });
  if (answer.status === 403 && /rateLimitExceeded|RATE_LIMIT_EXCEEDED/.test(answer.text))
    return failureOf({ ...answer, status: 429 });
  return failureOf(answer);
};

/** Google Cloud Vision, SafeSearch. */
export const google: OpenModerator<'google'> = (config, { caller }) => {
  const base = config.GOOGLE_VISION_API_URL ?? 'https://vision.googleapis.com';
  const key = required(config.GOOGLE_VISION_API_KEY);
  return {
    name: 'google',
    // A request is 10 MB of JSON, in which bytes are base64.
    bytesMax: 7 * 1024 * 1024,
    look: async ({ bytes }, signal) => {
      const image = { content: Buffer.from(bytes).toString('base64') };
      const answer = await caller.call({
        url: `${base.replace(/\/$/, '')}/v1/images:annotate`,
        // As a header, so that no log of a URL holds the key.
        headers: { 'content-type': 'application/json', 'x-goog-api-key': key },
        body: JSON.stringify({ requests: [{ image, features: [{ type: 'SAFE_SEARCH_DETECTION' }] }] }),
        signal,
      });
      if (answer.status !== 200) throw failure(caller, answer);
      const [response] = caller.readAs(answerShape, answer).responses;
      if ('error' in response)
        throw new OutboundFailure('moderation_unavailable', `it answered with code ${response.error.code}`, {
          isTransient: passing.has(response.error.code),
        });
      return asked.map((name) => ({ name, confidence: confidences[response.safeSearchAnnotation[name]] }));
    },
  };
};
