import type { Config, ModerationProviderName } from '@ffapi/config';
import type { Egress } from '@ffapi/egress';
import { aws } from './aws.client.ts';
import { azure } from './azure.client.ts';
import { google } from './google.client.ts';
import { moderationCaller, type OpenModerator, type ModerationProvider } from './provider.client.ts';
import { webhook } from './webhook.client.ts';

/** Total over the names that the settings know. */
const openers: { readonly [Name in ModerationProviderName]: OpenModerator<Name> } = {
  aws,
  google,
  azure,
  webhook,
};

/** The provider of the settings; `null` where moderation is off. */
export const configuredProvider = (
  config: Config,
  { egress, now }: { readonly egress: Egress; readonly now: () => Date },
): ModerationProvider | null => {
  const { ENABLE_CONTENT_MODERATION: isOn, MODERATION_PROVIDER: name } = config;
  return isOn && name !== undefined ? openers[name](config, { caller: moderationCaller(egress), now }) : null;
};
