import { ProviderHealth, type ComponentHealth } from '@ffapi/service-kit';
import { isOutboundFailure } from '@ffapi/outbound';
import { type TranslationProvider, type TranslationProviders } from '@ffapi/translation';

/** The same translators, and how the last calls to them went: worst of all, because a request may name any. */
export const watchTranslators = (
  providers: TranslationProviders,
): { readonly providers: TranslationProviders; readonly health: () => ComponentHealth } => {
  const calls: ProviderHealth[] = [];
  const watch = (provider: TranslationProvider): TranslationProvider => {
    const health = new ProviderHealth(provider.name);
    calls.push(health);
    return { ...provider, translate: (...args) => health.watch(() => provider.translate(...args), isOutboundFailure) };
  };
  const watched = Object.fromEntries(Object.entries(providers).map(([name, provider]) => [name, watch(provider)]));
  const health = (): ComponentHealth => {
    const all = calls.map((each) => each.health());
    return all.find(({ status }) => status !== 'up') ?? { status: all.length > 0 ? 'up' : 'absent' };
  };
  return { providers: watched, health };
};
