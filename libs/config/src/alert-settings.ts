import { z } from 'zod';
import { flag, setting, text, type Setting } from './setting.ts';

/** Who is told when something is wrong with the platform. */
export const alertSettings = {
  ALERTING_ENABLED: setting('watching', flag, 'Watch failures, disk space, queues and quotas, and open incidents.', {
    preset: 'false',
  }),
  ALERT_WEBHOOK_URL: setting(
    'watching',
    z.url({ protocol: /^https?$/ }).optional(),
    'Where alerts are posted to: Slack, Discord, or a server of your own. Absent: incidents are kept, nobody is told.',
    { secret: true },
  ),
  ALERT_WEBHOOK_SECRET: setting(
    'watching',
    text.optional(),
    'Signs those calls as Standard Webhooks does; absent: they are not signed.',
    { secret: true },
  ),
} as const satisfies Record<string, Setting>;

/** What is said at the start where incidents would be opened and nobody is told. */
export const alertNotices = ({
  ALERTING_ENABLED: isEnabled,
  ALERT_WEBHOOK_URL: url,
}: Readonly<Record<string, string | undefined>>): string[] =>
  (isEnabled === 'true' || isEnabled === '1') && !url
    ? ['ALERTING_ENABLED without ALERT_WEBHOOK_URL: incidents are kept and shown, and nobody is told.']
    : [];
