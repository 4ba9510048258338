import type { Config, translators } from '@ffapi/config';
import type { TranslationProviderName } from '@ffapi/contracts';
import type { Egress } from '@ffapi/egress';
import type { RunTextTool } from '@ffapi/media-exec';
import { createCaller, type Caller } from '@ffapi/outbound';

/** The settings of translators, by their names in the environment. */
type SettingsOf<T> = T extends { readonly settings: infer S } ? keyof S : never;
export type TranslationSettings = Partial<Pick<Config, SettingsOf<(typeof translators)[TranslationProviderName]>>>;

export interface Languages {
  /** As the request names them: `en`, `pt-BR`, `eng`. */
  readonly from: string;
  readonly to: string;
}

/** Translates texts with HTML tags, in order, one for one. */
export interface TranslationProvider {
  readonly name: TranslationProviderName;
  /** What one call may hold. */
  readonly limits: { readonly textsMax: number; readonly charactersMax: number };
  translate(texts: readonly string[], languages: Languages, signal: AbortSignal): Promise<readonly string[]>;
}

/** What translators are opened with. */
export interface TranslatorTools {
  readonly caller: Caller;
  readonly runTextTool: RunTextTool;
}

/** The translator as its settings want it; `null`: what it needs is not set. */
export type OpenTranslator<Name extends TranslationProviderName> = (
  settings: TranslationSettings,
  tools: TranslatorTools,
) => (TranslationProvider & { readonly name: Name }) | null;

export const translationCaller = (egress: Egress): Caller =>
  createCaller({
    egress,
    unavailable: 'translation_failed',
    keyRefused: 'translation_key_refused',
    timeoutMs: 60_000,
    responseBytesMax: 8 * 1024 * 1024,
  });
