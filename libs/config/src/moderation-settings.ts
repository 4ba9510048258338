import type { ConfigProblem } from './config-problem.ts';

interface ModerationConfig {
  readonly ENABLE_CONTENT_MODERATION?: unknown;
  readonly MODERATION_PROVIDER?: unknown;
  readonly SERVICES?: unknown;
}

/** What each provider cannot be asked without. */
const needs: Readonly<Record<string, readonly string[]>> = {
  aws: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'],
  google: ['GOOGLE_VISION_API_KEY'],
  azure: ['AZURE_CONTENT_SAFETY_ENDPOINT', 'AZURE_CONTENT_SAFETY_KEY'],
  webhook: ['MODERATION_WEBHOOK_URL'],
};

const runsHere = ({ SERVICES }: ModerationConfig): boolean =>
  typeof SERVICES !== 'string' || SERVICES.split(',').some((each) => each.trim() === 'moderation');

/** What is missing for moderation that is switched on, where it runs: other processes need no credentials. */
export const moderationProblems = (config: ModerationConfig & Readonly<Record<string, unknown>>): ConfigProblem[] => {
  if (config.ENABLE_CONTENT_MODERATION !== true || !runsHere(config)) return [];
  const provider = config.MODERATION_PROVIDER;
  if (typeof provider !== 'string')
    return [
      {
        name: 'MODERATION_PROVIDER',
        value: '',
        problem: `ENABLE_CONTENT_MODERATION needs one of ${Object.keys(needs).join(', ')}`,
      },
    ];
  return (needs[provider] ?? [])
    .filter((name) => config[name] === undefined)
    .map((name) => ({ name, value: '', problem: `MODERATION_PROVIDER=${provider} needs it` }));
};
