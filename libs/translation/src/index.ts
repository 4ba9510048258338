export { chooseProvider, configuredProviders } from './choose-provider.ts';
export type { TranslationProviders } from './choose-provider.ts';
export type { Languages, TranslationProvider, TranslationSettings } from './provider.ts';
export { translateAll } from './translate-all.ts';
export type { TranslateOptions } from './translate-all.ts';
