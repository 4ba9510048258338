export { chooseProvider, configuredProviders } from './choose-provider.ts';
export type { TranslationProviders, TranslationSettings } from './choose-provider.ts';
export { TranslationFailure } from './provider.ts';
export type { Languages, TranslationProvider } from './provider.ts';
export { translateAll } from './translate-all.ts';
export type { TranslateOptions } from './translate-all.ts';
