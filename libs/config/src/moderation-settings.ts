import { z } from 'zod';
import type { ConfigProblem } from './config-problem.ts';
import { missingNeeds, namesOf, settingsOf, titlesOf, type ProviderSettings } from './provider-settings.ts';
import { flag, oneOf, setting, text, type Setting } from './setting.ts';

interface ModerationConfig {
  readonly ENABLE_CONTENT_MODERATION?: unknown;
  readonly MODERATION_PROVIDER?: unknown;
  readonly SERVICES?: unknown;
}

/** The services that can look at frames: their settings, and which of these they cannot be asked without. */
const providers = {
  aws: {
    title: 'Amazon Rekognition',
    needs: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'],
    settings: {
      AWS_ACCESS_KEY_ID: setting('moderation', text.optional(), 'May call rekognition:DetectModerationLabels.'),
      AWS_SECRET_ACCESS_KEY: setting('moderation', text.optional(), 'The secret of that key.', { secret: true }),
      AWS_SESSION_TOKEN: setting('moderation', text.optional(), 'Goes with temporary credentials.', { secret: true }),
      AWS_REGION: setting('moderation', text.optional(), 'A region that has Rekognition.'),
      AWS_ENDPOINT_URL_REKOGNITION: setting('moderation', z.url().optional(), "Another address than Amazon's own."),
    },
  },
  google: {
    title: 'Google Cloud Vision',
    needs: ['GOOGLE_VISION_API_KEY'],
    settings: {
      GOOGLE_VISION_API_KEY: setting('moderation', text.optional(), 'Key of Google Cloud Vision.', { secret: true }),
      GOOGLE_VISION_API_URL: setting('moderation', z.url().optional(), "Another address than Google's own."),
    },
  },
  azure: {
    title: 'Azure AI Content Safety',
    needs: ['AZURE_CONTENT_SAFETY_ENDPOINT', 'AZURE_CONTENT_SAFETY_KEY'],
    settings: {
      AZURE_CONTENT_SAFETY_ENDPOINT: setting(
        'moderation',
        z.url().optional(),
        'Address of the resource, https://NAME.cognitiveservices.azure.com.',
      ),
      AZURE_CONTENT_SAFETY_KEY: setting('moderation', text.optional(), 'Key of that resource.', { secret: true }),
    },
  },
  webhook: {
    title: 'a server of your own',
    needs: ['MODERATION_WEBHOOK_URL'],
    settings: {
      MODERATION_WEBHOOK_URL: setting('moderation', z.url().optional(), 'Where frames are posted to, one a call.'),
      MODERATION_WEBHOOK_SECRET: setting(
        'moderation',
        text.optional(),
        'Signs those calls as Standard Webhooks does; absent: they are not signed.',
        { secret: true },
      ),
    },
  },
} as const satisfies Record<string, ProviderSettings>;

export type ModerationProviderName = keyof typeof providers;
const names = namesOf(providers);

export const moderationSettings = {
  ENABLE_CONTENT_MODERATION: setting(
    'moderation',
    flag,
    'Look at frames of every input before anything is done with it.',
    { preset: 'false' },
  ),
  MODERATION_PROVIDER: setting('moderation', oneOf(names).optional(), `Who looks: ${titlesOf(providers)}.`),
  MODERATION_CONFIDENCE_THRESHOLD: setting(
    'moderation',
    z
      .string()
      .regex(/^(0?\.\d+|0|1(\.0+)?)$/, 'must be a number from 0 to 1')
      .transform(Number)
      .pipe(z.number().gt(0).max(1)),
    'From 0 to 1: how sure the provider must be for a frame to count.',
    { preset: '0.8' },
  ),
  ...settingsOf(providers),
} as const satisfies Record<string, Setting>;

const runsHere = ({ SERVICES }: ModerationConfig): boolean =>
  typeof SERVICES !== 'string' || SERVICES.split(',').some((each) => each.trim() === 'moderation');

/** What is missing for moderation that is switched on, where it runs: other processes need no credentials. */
export const moderationProblems = (config: ModerationConfig & Readonly<Record<string, unknown>>): ConfigProblem[] => {
  if (config.ENABLE_CONTENT_MODERATION !== true || !runsHere(config)) return [];
  if (typeof config.MODERATION_PROVIDER !== 'string')
    return [
      {
        name: 'MODERATION_PROVIDER',
        value: '',
        problem: `ENABLE_CONTENT_MODERATION needs one of ${names.join(', ')}`,
      },
    ];
  return missingNeeds(providers, 'MODERATION_PROVIDER', config);
};
