import { isInRanges } from '@ffapi/api-keys';
import {
  changeOverrides,
  settingStream,
  type PlatformSettings,
  type SettingEvent,
  type settingRoutes,
  type SettingsChange,
} from '@ffapi/contracts';
import { fold, handleCommand } from '@ffapi/es';
import {
  isLoopback,
  settingsInForce,
  type ServiceContext,
  type SettingsInForce,
  type SettingsNow,
} from '@ffapi/service-kit';
import { settingsDecider } from './settings.decider.ts';
import { causedBy, forbidden, RequestRefused, type Call, type HandlersOf } from '../requests/index.ts';

const refused = (detail: string): RequestRefused => new RequestRefused('settings_refused', { detail });

const thisMachine = ['127.0.0.0/8', '::1'];

/** What decides who may come in, and how often. */
const entrySettings = [
  'require_login',
  'require_api_key',
  'enable_whitelist',
  'whitelist_entries',
  'rate_limit_rpm',
] as const satisfies readonly (keyof PlatformSettings)[];

/** Refuses what would open the platform to anyone, or close it to who asks. */
const check = (
  { config }: ServiceContext,
  changes: SettingsChange,
  { current, wanted }: { readonly current: SettingsInForce; readonly wanted: SettingsInForce },
  { caller: { ip, isAdmin } }: Call,
): void => {
  const [entry] = entrySettings.filter((name) => changes[name] !== undefined);
  if (entry !== undefined && !isAdmin) throw forbidden(`Only an admin changes ${entry}: it says who comes in.`);
  if (changes.require_api_key === false && !isLoopback(config.HOST))
    throw refused(`Keys cannot be off while HOST is ${config.HOST}: anyone could use the API.`);
  const turnsKeysOff = changes.require_api_key === false || (current.require_api_key && !wanted.require_api_key);
  if (turnsKeysOff && !isInRanges(thisMachine, ip))
    throw forbidden(`Keys are turned off from the machine itself, and this was asked from ${ip}.`);
  if (!wanted.enable_whitelist) return;
  if (wanted.whitelist_entries.length === 0) throw refused('whitelist_entries is empty: nobody could ask anything.');
  if (!isInRanges(wanted.whitelist_entries, ip))
    throw refused(`whitelist_entries does not hold ${ip}, from which this was asked: you would lock yourself out.`);
};

export const settingHandlers = (context: ServiceContext, settings: SettingsNow): HandlersOf<typeof settingRoutes> => ({
  get_settings: async () => ({ body: settings() }),
  change_settings: async (call) => {
    const { store, config } = context;
    const changes = call.body;
    const overrides = fold(settingsDecider, (await store.load<SettingEvent>(settingStream)).commits);
    const current = settingsInForce(config, overrides);
    const wanted = settingsInForce(config, changeOverrides(overrides, changes));
    check(context, changes, { current, wanted }, call);
    const { state } = await handleCommand(
      store,
      settingsDecider,
      settingStream,
      { changes, by: call.caller.keyId },
      causedBy(context, call),
    );
    return { body: settingsInForce(config, state) };
  },
});
