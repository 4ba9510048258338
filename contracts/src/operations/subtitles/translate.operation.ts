import { z } from 'zod';
import { conflict, defineOperation, type ParamIssue } from '../operation.ts';
import { subtitleFormats } from './convert.operation.ts';
import { languageCode, languageField } from './language.ts';

/** Translators in the order in which a configured one is taken; the last needs no key and no network. */
export const translationProviders = ['deepl', 'google', 'azure', 'apertium'] as const;
export type TranslationProviderName = (typeof translationProviders)[number];

const params = z.strictObject({
  from_lang: languageField.describe('Language of the subtitles, e.g. en.'),
  to_lang: languageField.describe('Language of the translation, e.g. es or pt-BR.'),
  provider: z
    .enum(translationProviders)
    .optional()
    .describe('Who translates. Default: the first whose key is set, otherwise apertium on this machine.'),
  format: z.enum(subtitleFormats).optional().describe('Format of the output. Default: that of the input.'),
});
export type SubtitlesTranslateParams = z.output<typeof params>;

/** A translation has two languages. Variants of one are not translated by anyone. */
const check = ({ from_lang: from, to_lang: to }: SubtitlesTranslateParams): ParamIssue[] =>
  languageCode(from) === languageCode(to) ? [conflict('/to_lang', 'is the language that is translated from')] : [];

/** Translates a subtitle file; its times and its looks stay. */
export const subtitlesTranslate = defineOperation({
  id: 'subtitles.translate',
  version: 1,
  summary: 'Translate subtitles; times, places, bold, italics and the number of cues stay as they are.',
  path: '/v1/subtitles/translate',
  pools: { cpu: 'remote' },
  inputs: { subtitle: { fields: ['subtitle_url', 'input_url', 'url'], kind: 'subtitle' } },
  params,
  check,
  result: z.object({
    cues: z.int().describe('How many cues the output holds.'),
    characters: z.int().describe('How many characters were handed to the translator.'),
    provider: z.enum(translationProviders).describe('Who translated.'),
    charset: z.string().describe('What the input was written in; the output is UTF-8.'),
    format: z.enum(subtitleFormats).describe('What the output is written in.'),
  }),
  outputs: 'One subtitle file in UTF-8 with as many cues as the input.',
  examples: [
    { title: 'English to Spanish', params: { from_lang: 'en', to_lang: 'es', provider: 'deepl' } },
    {
      title: 'Offline, as WebVTT',
      params: { from_lang: 'en', to_lang: 'es', provider: 'apertium', format: 'vtt' },
    },
  ],
});
