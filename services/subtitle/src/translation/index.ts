export { classifyTranslationFailure, planTranslation, runTranslation } from './run-translation.runner.ts';
export { watchTranslators } from './watch-translators.consumer.ts';
