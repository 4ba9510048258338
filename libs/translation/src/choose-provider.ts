import { translators } from '@ffapi/config';
import type { TranslationProviderName } from '@ffapi/contracts';
import type { Egress } from '@ffapi/egress';
import type { RunTextTool } from '@ffapi/media-exec';
import { OutboundFailure } from '@ffapi/outbound';
import { apertium } from './apertium.ts';
import { azure } from './azure.ts';
import { deepl } from './deepl.ts';
import { google } from './google.ts';
import {
  translationCaller,
  type OpenTranslator,
  type TranslationProvider,
  type TranslationSettings,
} from './provider.ts';

export type TranslationProviders = Readonly<Partial<Record<TranslationProviderName, TranslationProvider>>>;

/** In the order in which they are preferred. */
const openers: { readonly [Name in TranslationProviderName]: OpenTranslator<Name> } = {
  deepl,
  google,
  azure,
  apertium,
};

/** Every provider that is set up, in the order in which they are preferred. */
export const configuredProviders = (
  settings: TranslationSettings,
  { egress, runTextTool }: { readonly egress: Egress; readonly runTextTool: RunTextTool },
): TranslationProviders => {
  const tools = { caller: translationCaller(egress), runTextTool };
  const opened = Object.values(openers).flatMap((open) => open(settings, tools) ?? []);
  return Object.fromEntries(opened.map((provider) => [provider.name, provider]));
};

/** The provider that was asked for, or the first there is. */
export const chooseProvider = (
  providers: TranslationProviders,
  requested: TranslationProviderName | undefined,
): TranslationProvider => {
  const found = requested === undefined ? Object.values(providers)[0] : providers[requested];
  if (found !== undefined) return found;
  const needed = requested && (translators[requested].needs[0] ?? requested);
  throw new OutboundFailure('translation_not_configured', needed && `${needed} is not set`);
};
