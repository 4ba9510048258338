import { isLoopback, type Config } from '@ffapi/config';
import {
  changeOverrides,
  requestsPerMinuteDefault,
  settingStream,
  type PlatformSettings,
  type SettingEvent,
} from '@ffapi/contracts';
import type { RecordedCommit } from '@ffapi/es';
import { followIntoMemory, type FollowPorts } from './follow-into-memory.ts';
import type { Running } from './running.ts';

/** What is in force, and which of it was set at runtime. */
export interface SettingsInForce extends PlatformSettings {
  readonly overridden: readonly (keyof PlatformSettings)[];
}
/** The settings as of now: what was changed a moment ago, in any process, is in it. */
export type SettingsNow = () => SettingsInForce;

export interface FollowedSettings extends Running {
  readonly now: SettingsNow;
}

const configured = (config: Config): PlatformSettings => ({
  require_login: false,
  require_api_key: config.REQUIRE_API_KEY,
  enable_whitelist: false,
  whitelist_entries: [],
  retention_hours: config.RETENTION_DAYS * 24,
  rate_limit_rpm: config.RATE_LIMIT_REQUESTS_PER_MINUTE ?? requestsPerMinuteDefault,
  ffmpeg_timeout_minutes: config.FFMPEG_TIMEOUT_SECONDS / 60,
  upload_chunk_mb: 8,
  max_file_size_mb: config.MAX_FILE_SIZE_MB,
});

/** What is in force: what was set at runtime, else what is configured. */
export const settingsInForce = (config: Config, overrides: Partial<PlatformSettings>): SettingsInForce => {
  const settings = { ...configured(config), ...overrides };
  return {
    ...settings,
    // What was set on loopback does not open a platform that listens on the network by now.
    require_api_key: settings.require_api_key || !isLoopback(config.HOST),
    overridden: Object.keys(overrides) as (keyof PlatformSettings)[],
  };
};

/** Follows the settings of the platform. */
export const followSettings = async ({
  config,
  ...ports
}: FollowPorts & { readonly config: Config }): Promise<FollowedSettings> => {
  let overrides: Partial<PlatformSettings> = {};
  let inForce = settingsInForce(config, overrides);
  const apply = (commits: readonly RecordedCommit<SettingEvent>[]): void => {
    for (const { data } of commits.flatMap(({ events }) => events))
      overrides = changeOverrides(overrides, data.changes);
    inForce = settingsInForce(config, overrides);
  };
  const { stop } = await followIntoMemory<SettingEvent>(ports, { streams: [settingStream], apply });
  return { now: () => inForce, stop };
};
