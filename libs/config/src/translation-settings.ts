import type { TranslationProviderName } from '@ffapi/contracts';
import { z } from 'zod';
import { settingsOf, type ProviderSettings } from './provider-settings.ts';
import { setting, text, type Setting } from './setting.ts';

/** The translators that a request may name; one is offered where what it needs is set. */
export const translators = {
  deepl: {
    title: 'DeepL',
    needs: ['DEEPL_AUTH_KEY'],
    settings: {
      DEEPL_AUTH_KEY: setting(
        'translation',
        text.optional(),
        'Key of DeepL; one that ends in :fx is for the free service.',
        {
          secret: true,
        },
      ),
      DEEPL_API_URL: setting('translation', z.url().optional(), "Another address than DeepL's own."),
    },
  },
  google: {
    title: 'Google Cloud Translation',
    needs: ['GOOGLE_TRANSLATE_API_KEY'],
    settings: {
      GOOGLE_TRANSLATE_API_KEY: setting('translation', text.optional(), 'Key of Google Cloud Translation.', {
        secret: true,
      }),
      GOOGLE_TRANSLATE_API_URL: setting('translation', z.url().optional(), "Another address than Google's own."),
    },
  },
  azure: {
    title: 'Azure AI Translator',
    needs: ['AZURE_TRANSLATOR_KEY'],
    settings: {
      AZURE_TRANSLATOR_KEY: setting('translation', text.optional(), 'Key of Azure AI Translator.', { secret: true }),
      AZURE_TRANSLATOR_REGION: setting(
        'translation',
        text.optional(),
        'Region of that key; needed unless its resource is global.',
      ),
      AZURE_TRANSLATOR_URL: setting('translation', z.url().optional(), "Another address than Azure's own."),
    },
  },
  apertium: { title: 'Apertium', needs: [], settings: {} },
} as const satisfies Record<TranslationProviderName, ProviderSettings>;

export const translationSettings = settingsOf(translators) satisfies Record<string, Setting>;
