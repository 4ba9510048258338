import { shortLanguage } from '@ffapi/contracts';
import type { Egress } from '@ffapi/egress';
import { at, callJson, failureOfStatus, textsOf } from './call-json.ts';
import type { JsonAnswer } from './call-json.ts';
import { TranslationFailure } from './provider.ts';
import type { TranslationProvider } from './provider.ts';

const targetOf = (tag: string): string => {
  const short = shortLanguage(tag);
  const region = tag.split('-').at(1)?.toUpperCase();
  if (short === 'zh') return region === 'TW' || region === 'HANT' ? 'zh-TW' : 'zh-CN';
  return short === 'pt' && region === 'PT' ? 'pt-PT' : short;
};

/** Google says 403 for a bad key, a rate and a quota alike, and 400 for a bad key and a bad language. */
const failure = (answer: JsonAnswer): TranslationFailure => {
  const reasons = JSON.stringify(at(answer.body, 'error') ?? null);
  if (/API_KEY_INVALID|keyInvalid|API key not valid/.test(reasons))
    return new TranslationFailure('translation_key_refused');
  if (answer.status === 403 && /rateLimitExceeded|rate limit exceeded/i.test(reasons))
    return failureOfStatus({ ...answer, status: 429 });
  if (answer.status === 403 && /dailyLimitExceeded|daily limit exceeded|quotaExceeded/i.test(reasons))
    return new TranslationFailure('translation_quota_exceeded');
  if (answer.status === 400) return new TranslationFailure('translation_language_refused');
  return failureOfStatus(answer);
};

/** Google's Cloud Translation, version 2. */
export const google = (options: { egress: Egress; key: string; baseUrl?: string | undefined }): TranslationProvider => {
  const base = options.baseUrl ?? 'https://translation.googleapis.com';
  return {
    name: 'google',
    limits: { textsMax: 128, charactersMax: 5_000 },
    translate: async (texts, { from, to }, signal) => {
      const answer = await callJson(options.egress, {
        url: `${base.replace(/\/$/, '')}/language/translate/v2`,
        // As a header, so that no log of a URL holds the key.
        headers: { 'x-goog-api-key': options.key },
        body: { q: texts, source: targetOf(from), target: targetOf(to), format: 'html' },
        signal,
      });
      if (answer.status !== 200) throw failure(answer);
      return textsOf(at(answer.body, 'data', 'translations'), 'translatedText');
    },
  };
};
