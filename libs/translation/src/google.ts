import { shortLanguage } from '@ffapi/contracts';
import { OutboundFailure, parsedJson, type Caller, type ServiceAnswer } from '@ffapi/outbound';
import { at, textsOf } from './json-body.ts';
import type { OpenTranslator } from './provider.ts';

const targetOf = (tag: string): string => {
  const short = shortLanguage(tag);
  const region = tag.split('-').at(1)?.toUpperCase();
  if (short === 'zh') return region === 'TW' || region === 'HANT' ? 'zh-TW' : 'zh-CN';
  return short === 'pt' && region === 'PT' ? 'pt-PT' : short;
};

/** Google says 403 for a bad key, a rate and a quota alike, and 400 for a bad key and a bad language. */
const failure = ({ failureOf }: Caller, answer: ServiceAnswer): OutboundFailure => {
  const reasons = JSON.stringify(at(parsedJson(answer.text), 'error') ?? null);
  if (/API_KEY_INVALID|keyInvalid|API key not valid/.test(reasons))
    return new OutboundFailure('translation_key_refused');
  if (answer.status === 403 && /rateLimitExceeded|rate limit exceeded/i.test(reasons))
    return failureOf({ ...answer, status: 429 });
  if (answer.status === 403 && /dailyLimitExceeded|daily limit exceeded|quotaExceeded/i.test(reasons))
    return new OutboundFailure('translation_quota_exceeded');
  if (answer.status === 400) return new OutboundFailure('translation_language_refused');
  return failureOf(answer);
};

/** Google's Cloud Translation, version 2. */
export const google: OpenTranslator<'google'> = (
  { GOOGLE_TRANSLATE_API_KEY: key, GOOGLE_TRANSLATE_API_URL },
  { caller },
) => {
  if (!key) return null;
  const base = GOOGLE_TRANSLATE_API_URL ?? 'https://translation.googleapis.com';
  return {
    name: 'google',
    limits: { textsMax: 128, charactersMax: 5_000 },
    translate: async (texts, { from, to }, signal) => {
      const answer = await caller.call({
        url: `${base.replace(/\/$/, '')}/language/translate/v2`,
        // As a header, so that no log of a URL holds the key.
        headers: { 'content-type': 'application/json', 'x-goog-api-key': key },
        body: JSON.stringify({ q: texts, source: targetOf(from), target: targetOf(to), format: 'html' }),
        signal,
      });
      if (answer.status !== 200) throw failure(caller, answer);
      return textsOf(at(parsedJson(answer.text), 'data', 'translations'), 'translatedText');
    },
  };
};
