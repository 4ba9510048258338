import type { Config } from '@ffapi/config';
import type { Egress } from '@ffapi/egress';
import { aws } from './aws.client.ts';
import { azure } from './azure.client.ts';
import { google } from './google.client.ts';
import type { ModerationProvider } from './provider.ts';
import { webhook } from './webhook.client.ts';

/** A setting that the configuration has made sure of. */
const given = (value: string | undefined): string => value ?? '';

/** The provider of the settings; `null` where moderation is off. */
export const configuredProvider = (
  config: Config,
  { egress, now }: { readonly egress: Egress; readonly now: () => Date },
): ModerationProvider | null => {
  if (!config.ENABLE_CONTENT_MODERATION) return null;
  switch (config.MODERATION_PROVIDER) {
    case 'aws': {
      const credentials = {
        accessKeyId: given(config.AWS_ACCESS_KEY_ID),
        secretAccessKey: given(config.AWS_SECRET_ACCESS_KEY),
        sessionToken: config.AWS_SESSION_TOKEN,
      };
      const { AWS_ENDPOINT_URL_REKOGNITION: baseUrl } = config;
      return aws({ egress, credentials, region: given(config.AWS_REGION), baseUrl, now });
    }
    case 'google':
      return google({ egress, key: given(config.GOOGLE_VISION_API_KEY), baseUrl: config.GOOGLE_VISION_API_URL });
    case 'azure': {
      const { AZURE_CONTENT_SAFETY_KEY: key, AZURE_CONTENT_SAFETY_ENDPOINT: endpoint } = config;
      return azure({ egress, key: given(key), endpoint: given(endpoint) });
    }
    case 'webhook':
      return webhook({
        egress,
        url: given(config.MODERATION_WEBHOOK_URL),
        secret: config.MODERATION_WEBHOOK_SECRET,
        now,
      });
    case undefined:
      return null;
  }
};
