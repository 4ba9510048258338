import { z } from 'zod';
import { settingsChange } from '../access/platform-settings.ts';
import { defineAggregate, type EventOf } from '../kernel/aggregate.ts';

export const settingAggregate = defineAggregate({
  kind: 'setting',
  stream: 'platform',
  parts: {},
  describes: 'The settings that were changed at runtime.',
  events: {
    /** `null` in `changes`: the configured value counts again. */
    SettingsChanged: { 1: z.strictObject({ changes: settingsChange, by: z.string() }) },
  },
});
export type SettingEvent = EventOf<typeof settingAggregate>;

/** One stream holds the settings that were changed at runtime. */
export const settingStream = settingAggregate.streamOf();
