import { z } from 'zod';
import { platformSettings } from '../access/platform-settings.ts';
import { role, scopeNames } from '../access/scopes.ts';

const time = z.iso.datetime();

/** NIST SP 800-63B: length is what counts. */
export const passwordLengthMin = 12;

export const newPassword = z
  .string()
  .min(passwordLengthMin)
  .max(1_000)
  .describe(`At least ${passwordLengthMin} characters.`);

export const userResource = z
  .strictObject({
    id: z.string().describe('user_…; the tenant: jobs and files belong to it.'),
    name: z.string(),
    role,
    two_factor: z.boolean().describe('Whether the login needs a code.'),
    created_at: time,
  })
  .meta({ id: 'User', description: 'A person who can log in.' });
export type UserResource = z.infer<typeof userResource>;

export const sessionResource = z
  .strictObject({
    user: userResource.nullable().describe('null: this was asked with a key.'),
    scopes: z.array(z.enum(scopeNames)).describe('What may be done, all in all.'),
    csrf_token: z.string().nullable().describe('For X-CSRF-Token with every request that changes something.'),
    expires_at: time.nullable().describe('When the session ends if nothing more is asked.'),
    recovery_codes_left: z.int().nullable(),
  })
  .meta({ id: 'Session', description: 'Who asks, and what they may.' });
export type SessionResource = z.infer<typeof sessionResource>;

export const twoFactorAnswer = z
  .strictObject({
    two_factor: z.boolean().describe('Whether the login needs a code now.'),
    secret: z.string().optional().describe('After begin: for an authenticator app, in base 32.'),
    otpauth_uri: z.string().optional().describe('After begin: the same to be drawn as a QR code.'),
    recovery_codes: z.array(z.string()).optional().describe('Shown this once; each does instead of a code, once.'),
    csrf_token: z.string().optional().describe('The session was replaced; this is the token of the new one.'),
  })
  .meta({ id: 'TwoFactor', description: 'The state of two-factor login.' });
export type TwoFactorAnswer = z.infer<typeof twoFactorAnswer>;

export const settingsResource = platformSettings
  .extend({
    overridden: z
      .array(z.enum(Object.keys(platformSettings.shape)))
      .describe('Those that were set here; the others are as configured.'),
  })
  .meta({ id: 'Settings', description: 'What is in force.' });
export type SettingsResource = z.infer<typeof settingsResource>;
