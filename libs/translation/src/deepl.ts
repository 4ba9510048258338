import { languageCode, shortLanguage } from '@ffapi/contracts';
import { OutboundFailure, parsedJson, type Caller, type ServiceAnswer } from '@ffapi/outbound';
import { at, textsOf } from './json-body.ts';
import type { OpenTranslator } from './provider.ts';

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

const failure = ({ failureOf }: Caller, answer: ServiceAnswer): OutboundFailure => {
  if (answer.status === 456) return new OutboundFailure('translation_quota_exceeded');
  const message = at(parsedJson(answer.text), 'message');
  if (answer.status === 400 && /(source|target)_lang/.test(String(message)))
    return new OutboundFailure('translation_language_refused');
  return failureOf(answer);
};

/** DeepL's API, version 2; a key that ends in `:fx` belongs to the free service. */
export const deepl: OpenTranslator<'deepl'> = ({ DEEPL_AUTH_KEY: key, DEEPL_API_URL }, { caller }) => {
  if (!key) return null;
  const base = DEEPL_API_URL ?? (key.endsWith(':fx') ? 'https://api-free.deepl.com' : 'https://api.deepl.com');
  return {
    name: 'deepl',
    // Fifty texts, and 128 KiB for the whole request; a letter takes up to four bytes.
    limits: { textsMax: 50, charactersMax: 30_000 },
    translate: async (texts, { from, to }, signal) => {
      const answer = await caller.call({
        url: `${base.replace(/\/$/, '')}/v2/translate`,
        headers: { 'content-type': 'application/json', authorization: `DeepL-Auth-Key ${key}` },
        body: JSON.stringify({
          text: texts,
          source_lang: shortCode(from),
          target_lang: targetOf(to),
          tag_handling: 'html',
        }),
        signal,
      });
      if (answer.status !== 200) throw failure(caller, answer);
      return textsOf(at(parsedJson(answer.text), 'translations'), 'text');
    },
  };
};
