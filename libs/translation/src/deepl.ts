import { languageCode, shortLanguage } from '@ffapi/contracts';
import type { Egress } from '@ffapi/egress';
import { at, callJson, failureOfStatus, textsOf } from './call-json.ts';
import type { JsonAnswer } from './call-json.ts';
import { TranslationFailure } from './provider.ts';
import type { TranslationProvider } from './provider.ts';

/** Targets that DeepL wants with a region, and the one that is meant without. */
const regions: Readonly<Record<string, { readonly usual: string; readonly known: readonly string[] }>> = {
  en: { usual: 'EN-US', known: ['EN-GB', 'EN-US'] },
  pt: { usual: 'PT-PT', known: ['PT-BR', 'PT-PT'] },
  es: { usual: 'ES', known: ['ES-419'] },
  zh: { usual: 'ZH', known: ['ZH-HANS', 'ZH-HANT'] },
};

const shortCode = (tag: string): string => (languageCode(tag) === 'nor' ? 'NB' : shortLanguage(tag).toUpperCase());

const targetOf = (tag: string): string => {
  const region = regions[shortLanguage(tag)];
  const whole = `${shortLanguage(tag)}-${tag.split('-').slice(1).join('-')}`.toUpperCase();
  return region === undefined ? shortCode(tag) : region.known.includes(whole) ? whole : region.usual;
};

const failure = (answer: JsonAnswer): TranslationFailure => {
  if (answer.status === 456) return new TranslationFailure('translation_quota_exceeded');
  const message = at(answer.body, 'message');
  if (answer.status === 400 && /(source|target)_lang/.test(String(message)))
    return new TranslationFailure('translation_language_refused');
  return failureOfStatus(answer);
};

/** DeepL's API, version 2; a key that ends in `:fx` belongs to the free service. */
export const deepl = (options: { egress: Egress; key: string; baseUrl?: string | undefined }): TranslationProvider => {
  const { egress, key } = options;
  const base = options.baseUrl ?? (key.endsWith(':fx') ? 'https://api-free.deepl.com' : 'https://api.deepl.com');
  return {
    name: 'deepl',
    // Fifty texts, and 128 KiB for the whole request; a letter takes up to four bytes.
    limits: { textsMax: 50, charactersMax: 30_000 },
    translate: async (texts, { from, to }, signal) => {
      const answer = await callJson(egress, {
        url: `${base.replace(/\/$/, '')}/v2/translate`,
        headers: { authorization: `DeepL-Auth-Key ${key}` },
        body: { text: texts, source_lang: shortCode(from), target_lang: targetOf(to), tag_handling: 'html' },
        signal,
      });
      if (answer.status !== 200) throw failure(answer);
      return textsOf(at(answer.body, 'translations'), 'text');
    },
  };
};
