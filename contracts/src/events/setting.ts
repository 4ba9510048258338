import { z } from 'zod';
import { settingsChange } from '../access/platform-settings.ts';
import type { EventOf } from '../kernel/event.ts';

export const settingEvents = {
  /** `null` in `changes`: the configured value counts again. */
  SettingsChanged: { 1: z.strictObject({ changes: settingsChange, by: z.string() }) },
} as const;
export type SettingEvent = EventOf<typeof settingEvents>;
