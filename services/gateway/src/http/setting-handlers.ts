import { isInRanges } from '@ffapi/api-keys';
import { changeOverrides, settingStream, type SettingEvent, type SettingsChange } from '@ffapi/contracts';
import { fold, handleCommand } from '@ffapi/es';
import {
  isLoopback,
  settingsInForce,
  type ServiceContext,
  type SettingsInForce,
  type SettingsNow,
} from '@ffapi/service-kit';
import { settingsDecider } from '../domain/settings.decider.ts';
import { causedBy } from './caused-by.ts';
import { RequestRefused } from './problem.ts';
import type { Call, Handlers } from './server.ts';

const refused = (detail: string): RequestRefused => new RequestRefused('settings_refused', { detail });

/** Refuses what would open the platform to anyone, or close it to who asks. */
const check = (
  { config }: ServiceContext,
  changes: SettingsChange,
  wanted: SettingsInForce,
  { caller: { ip } }: Call,
): void => {
  if (changes.require_api_key === false && !isLoopback(config.HOST))
    throw refused(`Keys cannot be off while HOST is ${config.HOST}: anyone could use the API.`);
  if (!wanted.enable_whitelist) return;
  if (wanted.whitelist_entries.length === 0) throw refused('whitelist_entries is empty: nobody could ask anything.');
  if (!isInRanges(wanted.whitelist_entries, ip))
    throw refused(`whitelist_entries does not hold ${ip}, from which this was asked: you would lock yourself out.`);
};

export const settingHandlers = (context: ServiceContext, settings: SettingsNow): Handlers => ({
  get_settings: async () => ({ body: settings() }),
  change_settings: async (call) => {
    const { store, config } = context;
    const changes = call.body as SettingsChange;
    const overrides = fold(settingsDecider, (await store.load<SettingEvent>(settingStream)).commits);
    check(context, changes, settingsInForce(config, changeOverrides(overrides, changes)), call);
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
