import { z } from 'zod';
import { addressRange } from './address-range.ts';

/** What can be set while the platform runs; each counts from the next request, file or task on. */
export const platformSettings = z.strictObject({
  require_login: z.boolean().describe('Pages for people ask for a login; the API asks for a key or a session anyway.'),
  require_api_key: z.boolean().describe('false is taken only where the platform listens on loopback.'),
  enable_whitelist: z
    .boolean()
    .describe('Requests are taken from whitelist_entries only; health and documentation stay open.'),
  whitelist_entries: z.array(addressRange).max(1_000).describe('Addresses and CIDR ranges.'),
  retention_hours: z.number().min(1).max(876_000).describe('Files that are stored from now on are deleted after this.'),
  rate_limit_rpm: z
    .int()
    .min(0)
    .max(10_000_000)
    .describe('Requests a minute for a key, and for an address without one; 0: no limit.'),
  ffmpeg_timeout_minutes: z.number().min(0.01).max(10_080).describe('How long the tools may take for one step.'),
  upload_chunk_mb: z.number().min(0.001).max(512).describe('Size of the parts in which clients send large uploads.'),
  max_file_size_mb: z.int().min(1).max(1_048_576).describe('MiB of an upload, and of an input that is fetched.'),
});
export type PlatformSettings = z.infer<typeof platformSettings>;

/** Values in place of the configured ones; `null` takes one back. */
export const settingsChange = z.strictObject(
  Object.fromEntries(
    Object.entries(platformSettings.shape).map(([name, schema]) => [name, schema.nullable().optional()]),
  ) as { [K in keyof PlatformSettings]: z.ZodOptional<z.ZodNullable<(typeof platformSettings.shape)[K]>> },
);
export type SettingsChange = z.infer<typeof settingsChange>;

/** The overrides after one more change; `null` takes one back. */
export const changeOverrides = (
  overrides: Partial<PlatformSettings>,
  changes: SettingsChange,
): Partial<PlatformSettings> =>
  Object.fromEntries(Object.entries({ ...overrides, ...changes }).filter(([, value]) => value !== null));
