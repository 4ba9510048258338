import { loadConfig } from '@ffapi/config';
import { expect, it } from 'vitest';
import { settingsInForce } from './runtime-settings.ts';

it('takes what was set, else what is configured, in the units of settings', () => {
  const config = loadConfig({ RETENTION_DAYS: '2', FFMPEG_TIMEOUT_SECONDS: '90', RATE_LIMIT_REQUESTS_PER_MINUTE: '7' });
  expect(settingsInForce(config, { max_file_size_mb: 5 })).toMatchObject({
    retention_hours: 48,
    ffmpeg_timeout_minutes: 1.5,
    rate_limit_rpm: 7,
    max_file_size_mb: 5,
    overridden: ['max_file_size_mb'],
  });
});

it('never opens what listens on the network', () => {
  const open = { require_api_key: false };
  expect(settingsInForce(loadConfig({}), open).require_api_key).toBe(false);
  expect(settingsInForce(loadConfig({ HOST: '::1' }), open).require_api_key).toBe(false);
  expect(settingsInForce(loadConfig({ HOST: '0.0.0.0' }), open).require_api_key).toBe(true);
});
