import { setTimeout as sleep } from 'node:timers/promises';
import { batchesOf } from './batches.ts';
import { TranslationFailure } from './provider.ts';
import type { Languages, TranslationProvider } from './provider.ts';

export interface TranslateOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, ref: number) => void;
  readonly wait?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

const triesMax = 4;
const firstDelayMs = 500;
/** Longer than this the job itself is tried again later. */
const delayMsMax = 20_000;

const waitFor = async (delayMs: number, signal: AbortSignal): Promise<void> => {
  await sleep(delayMs, undefined, { signal });
};

const oneBatch = async (
  provider: TranslationProvider,
  texts: readonly string[],
  languages: Languages,
  { signal, wait = waitFor }: TranslateOptions,
): Promise<readonly string[]> => {
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    try {
      const translated = await provider.translate(texts, languages, signal);
      if (translated.length === texts.length) return translated;
      throw new TranslationFailure('translation_failed', `${translated.length} texts came back for ${texts.length}`);
    } catch (error) {
      if (!(error instanceof TranslationFailure) || !error.isTransient || tries === triesMax) throw error;
      const delayMs = error.retryAfterMs ?? firstDelayMs * 2 ** (tries - 1);
      if (delayMs > delayMsMax) throw error;
      await wait(delayMs, signal);
    }
  }
};

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
