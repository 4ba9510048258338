/**
 * A service outside that does what others do, too. Its settings are declared in libs/config, under the same name; its
 * family lists it in a total record, so that a name without a provider does not compile.
 */
export interface ProviderDefinition<Name extends string, Settings, Tools, Provider extends { readonly name: Name }> {
  readonly name: Name;
  /** The provider as the settings want it; `null` where they do not. */
  open(settings: Settings, tools: Tools): Provider | null;
}
