import { randomBytes } from 'node:crypto';
import type { NatsProcess } from './faults/nats-process.ts';
import type { Environment } from './faults/service-process.ts';

/** What processes of one platform must see alike, on a NATS that runs already. */
export const sharedSettings = ({ url, monitorUrl }: NatsProcess, apiKey: string): Environment => ({
  PORT: '0',
  NATS_URL: url,
  NATS_MONITOR_URL: monitorUrl,
  SECRETS_KEY: randomBytes(32).toString('base64'),
  ADMIN_API_KEY: apiKey,
  MIN_FREE_SPACE_MB: '0',
  LOG_LEVEL: 'warn',
});
