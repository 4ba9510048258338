import { shortLanguage } from '@ffapi/contracts';
import type { Egress } from '@ffapi/egress';
import { at, callJson, failureOfStatus, textsOf } from './call-json.ts';
import type { JsonAnswer } from './call-json.ts';
import { TranslationFailure } from './provider.ts';
import type { TranslationProvider } from './provider.ts';

const targetOf = (tag: string): string => {
  const short = shortLanguage(tag);
  const region = tag.split('-').at(1)?.toUpperCase();
  if (short === 'zh') return region === 'TW' || region === 'HANT' ? 'zh-Hant' : 'zh-Hans';
  if (short === 'sr') return region === 'LATN' ? 'sr-Latn' : 'sr-Cyrl';
  if (short === 'no') return 'nb';
  return short === 'pt' && region === 'PT' ? 'pt-pt' : short;
};

/** One of the languages, either of them, or the pair is not known. */
const languageCodes = new Set([400_019, 400_023, 400_035, 400_036, 400_075]);

/** Six digits, of which the first three are the status: 403001 is the quota. */
const failure = (answer: JsonAnswer): TranslationFailure => {
  const code = Number(at(answer.body, 'error', 'code'));
  if (languageCodes.has(code)) return new TranslationFailure('translation_language_refused');
  return code === 403001 ? new TranslationFailure('translation_quota_exceeded') : failureOfStatus(answer);
};

/** Azure AI Translator, version 3. */
export const azure = (options: {
  egress: Egress;
  key: string;
  region?: string | undefined;
  baseUrl?: string | undefined;
}): TranslationProvider => {
  const { egress, key, region, baseUrl = 'https://api.cognitive.microsofttranslator.com' } = options;
  return {
    name: 'azure',
    // A thousand texts and 50 000 characters.
    limits: { textsMax: 1_000, charactersMax: 45_000 },
    translate: async (texts, { from, to }, signal) => {
      const query = new URLSearchParams({
        'api-version': '3.0',
        from: targetOf(from),
        to: targetOf(to),
        textType: 'html',
      });
      const answer = await callJson(egress, {
        url: `${baseUrl.replace(/\/$/, '')}/translate?${query.toString()}`,
        headers: {
          'ocp-apim-subscription-key': key,
          ...(region === undefined ? {} : { 'ocp-apim-subscription-region': region }),
        },
        body: texts.map((text) => ({ Text: text })),
        signal,
      });
      if (answer.status !== 200) throw failure(answer);
      return textsOf(answer.body, 'translations', 0, 'text');
    },
  };
};
