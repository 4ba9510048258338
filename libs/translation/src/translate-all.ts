import { OutboundFailure, tryAgain, type TryOptions } from '@ffapi/outbound';
import { batchesOf } from './batches.ts';
import type { Languages, TranslationProvider } from './provider.ts';

export interface TranslateOptions extends TryOptions {
  readonly onProgress?: (done: number, total: number) => void;
}

const oneBatch = (
  provider: TranslationProvider,
  texts: readonly string[],
  languages: Languages,
  options: TranslateOptions,
): Promise<readonly string[]> =>
  tryAgain(async () => {
    const translated = await provider.translate(texts, languages, options.signal);
    if (translated.length === texts.length) return translated;
    throw new OutboundFailure('translation_failed', `${translated.length} texts came back for ${texts.length}`);
  }, options);

/** All texts translated, in calls as large as the provider allows; what may pass is tried again a few times. */
export const translateAll = async (
  provider: TranslationProvider,
  texts: readonly string[],
  languages: Languages,
  options: TranslateOptions,
): Promise<string[]> => {
  const translated: string[] = [];
  for (const batch of batchesOf(texts, provider.limits)) {
    translated.push(...(await oneBatch(provider, batch, languages, options)));
    options.onProgress?.(translated.length, texts.length);
  }
  return translated;
};
