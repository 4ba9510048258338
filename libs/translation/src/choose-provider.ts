import type { TranslationProviderName } from '@ffapi/contracts';
import type { Egress } from '@ffapi/egress';
import type { RunTextTool } from '@ffapi/media-exec';
import { apertium } from './apertium.ts';
import { azure } from './azure.ts';
import { deepl } from './deepl.ts';
import { google } from './google.ts';
import { TranslationFailure } from './provider.ts';
import type { TranslationProvider } from './provider.ts';

/** The settings of translators, by their names in the environment. */
export interface TranslationSettings {
  readonly DEEPL_AUTH_KEY?: string | undefined;
  readonly DEEPL_API_URL?: string | undefined;
  readonly GOOGLE_TRANSLATE_API_KEY?: string | undefined;
  readonly GOOGLE_TRANSLATE_API_URL?: string | undefined;
  readonly AZURE_TRANSLATOR_KEY?: string | undefined;
  readonly AZURE_TRANSLATOR_REGION?: string | undefined;
  readonly AZURE_TRANSLATOR_URL?: string | undefined;
}

export type TranslationProviders = Readonly<Partial<Record<TranslationProviderName, TranslationProvider>>>;

/** Every provider that is set up, in the order in which they are preferred. */
export const configuredProviders = (
  settings: TranslationSettings,
  { egress, runTextTool }: { readonly egress: Egress; readonly runTextTool: RunTextTool },
): TranslationProviders => {
  const { DEEPL_AUTH_KEY, GOOGLE_TRANSLATE_API_KEY, AZURE_TRANSLATOR_KEY } = settings;
  return {
    ...(DEEPL_AUTH_KEY ? { deepl: deepl({ egress, key: DEEPL_AUTH_KEY, baseUrl: settings.DEEPL_API_URL }) } : {}),
    ...(GOOGLE_TRANSLATE_API_KEY
      ? { google: google({ egress, key: GOOGLE_TRANSLATE_API_KEY, baseUrl: settings.GOOGLE_TRANSLATE_API_URL }) }
      : {}),
    ...(AZURE_TRANSLATOR_KEY
      ? {
          azure: azure({
            egress,
            key: AZURE_TRANSLATOR_KEY,
            region: settings.AZURE_TRANSLATOR_REGION,
            baseUrl: settings.AZURE_TRANSLATOR_URL,
          }),
        }
      : {}),
    apertium: apertium({ runTextTool }),
  };
};

const keyNames: Readonly<Record<TranslationProviderName, string>> = {
  deepl: 'DEEPL_AUTH_KEY',
  google: 'GOOGLE_TRANSLATE_API_KEY',
  azure: 'AZURE_TRANSLATOR_KEY',
  apertium: 'apertium',
};

/** The provider that was asked for, or the first there is. */
export const chooseProvider = (
  providers: TranslationProviders,
  asked: TranslationProviderName | undefined,
): TranslationProvider => {
  const found = asked === undefined ? Object.values(providers)[0] : providers[asked];
  if (found !== undefined) return found;
  throw new TranslationFailure('translation_not_configured', asked && `${keyNames[asked]} is not set`);
};
