import { shortLanguage } from '@ffapi/contracts';
import { OutboundFailure, parsedJson, type Caller, type ServiceAnswer } from '@ffapi/outbound';
import { at, textsOf } from './json-body.ts';
import type { OpenTranslator } from './provider.ts';

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
const failure = ({ failureOf }: Caller, answer: ServiceAnswer): OutboundFailure => {
  const code = Number(at(parsedJson(answer.text), 'error', 'code'));
  if (languageCodes.has(code)) return new OutboundFailure('translation_language_refused');
  return code === 403001 ? new OutboundFailure('translation_quota_exceeded') : failureOf(answer);
};

/** Azure AI Translator, version 3. */
export const azure: OpenTranslator<'azure'> = (
  { AZURE_TRANSLATOR_KEY: key, AZURE_TRANSLATOR_REGION: region, AZURE_TRANSLATOR_URL },
  { caller },
) => {
  if (!key) return null;
  const baseUrl = AZURE_TRANSLATOR_URL ?? 'https://api.cognitive.microsofttranslator.com';
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
      const answer = await caller.call({
        url: `${baseUrl.replace(/\/$/, '')}/translate?${query.toString()}`,
        headers: {
          'content-type': 'application/json',
          'ocp-apim-subscription-key': key,
          ...(region === undefined ? {} : { 'ocp-apim-subscription-region': region }),
        },
        body: JSON.stringify(texts.map((text) => ({ Text: text }))),
        signal,
      });
      if (answer.status !== 200) throw failure(caller, answer);
      return textsOf(parsedJson(answer.text), 'translations', 0, 'text');
    },
  };
};
