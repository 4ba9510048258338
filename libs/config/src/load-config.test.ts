import { expect, it } from 'vitest';
import { ConfigInvalid, configNotices, loadConfig, printConfig } from './load-config.ts';

it('gives defaults, reads what is given, and takes words in any case', () => {
  const config = loadConfig({ PORT: '0', LOG_LEVEL: 'WARN', NATS_URL: '' });
  expect(config).toMatchObject({
    PORT: 0,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
    NATS_URL: undefined,
    JOB_MAX_RETRIES: 3,
  });
});

it('takes DEBUG for a log level where none is given', () => {
  expect(loadConfig({ DEBUG: 'true' }).LOG_LEVEL).toBe('debug');
  expect(loadConfig({ DEBUG: 'true', LOG_LEVEL: 'warn' }).LOG_LEVEL).toBe('warn');
  expect(loadConfig({ DEBUG: 'express:*' }).LOG_LEVEL).toBe('info');
});

it('names every problem at once, and never a secret', () => {
  const load = () => loadConfig({ PORT: 'ten', DATABASE_URL: 'postgres://x', ADMIN_API_KEY: 'too-short' });
  expect(load).toThrow(ConfigInvalid);
  try {
    load();
  } catch (error) {
    const { problems, message } = error as ConfigInvalid;
    expect(problems.map(({ name }) => name)).toEqual(['PORT', 'ADMIN_API_KEY', 'DATABASE_URL']);
    expect(message).toContain('MongoDB');
    expect(message).toContain('SQLite');
    expect(message).not.toContain('too-short');
  }
});

it('refuses to go without keys on a public address', () => {
  expect(() => loadConfig({ REQUIRE_API_KEY: 'false', HOST: '0.0.0.0' })).toThrow(/anyone could use/);
  expect(loadConfig({ REQUIRE_API_KEY: 'false' }).REQUIRE_API_KEY).toBe(false);
});

it('prints settings without secrets and tells which do nothing', () => {
  const printed = printConfig(loadConfig({ ADMIN_API_KEY: 'a'.repeat(30) }));
  expect(printed).toContain('ADMIN_API_KEY=(secret)');
  expect(printed).toContain('PORT=3000');
  expect(configNotices({ REDIS_URL: 'redis://x' })).toEqual(['REDIS_URL is not used: NATS JetStream is the queue.']);
});

it('says when incidents would be kept and nobody told', () => {
  const isOn = { ALERTING_ENABLED: 'true', ALERT_WEBHOOK_URL: '' };
  expect(configNotices(isOn)).toEqual([expect.stringContaining('nobody is told')]);
  expect(configNotices({ ...isOn, ALERT_WEBHOOK_URL: 'https://a.example' })).toEqual([]);
  expect(configNotices({ ALERT_EMAIL_TO: 'a@a.example', SMTP_PORT: '587' })).toHaveLength(2);
  expect(printConfig(loadConfig({ ALERT_WEBHOOK_URL: 'https://a.example/token' }))).not.toContain('token');
});

it('wants a bucket and both keys where a bucket is used, and not where another process uses it', () => {
  const names = (environment: Readonly<Record<string, string>>): string[] => {
    try {
      loadConfig(environment);
      return [];
    } catch (error) {
      return (error as ConfigInvalid).problems.map(({ name }) => name);
    }
  };
  expect(names({ STORAGE_BACKEND: 's3', S3_ACCESS_KEY: 'a' })).toEqual(['S3_BUCKET', 'S3_SECRET_KEY']);
  expect(names({ STORAGE_BACKEND: 's3', S3_BUCKET: 'b', S3_SECRET_KEY: 's' })).toEqual(['S3_ACCESS_KEY']);
  expect(names({ STORAGE_BACKEND: 'S3', S3_BUCKET: 'b' })).toEqual([]);
  expect(names({ STORAGE_BACKEND: 's3', BLOB_URL: 'http://storage:4000' })).toEqual([]);
  expect(names({ STORAGE_BACKEND: 'nowhere' })).toEqual(['STORAGE_BACKEND']);
  expect(names({ STORAGE_BACKEND: 'azure' })).toEqual(['AZURE_CONTAINER', 'AZURE_STORAGE_CONNECTION_STRING']);
  const azure = { STORAGE_BACKEND: 'azure', AZURE_CONTAINER: 'c' };
  expect(names({ ...azure, AZURE_STORAGE_ACCOUNT: 'a' })).toEqual(['AZURE_STORAGE_KEY']);
  expect(names({ ...azure, AZURE_STORAGE_KEY: 'k', AZURE_STORAGE_CONNECTION_STRING: 's' })).toEqual([
    'AZURE_STORAGE_ACCOUNT',
  ]);
  expect(names({ ...azure, AZURE_STORAGE_ACCOUNT: 'a', AZURE_STORAGE_KEY: 'k' })).toEqual([]);
  expect(names({ ...azure, AZURE_STORAGE_CONNECTION_STRING: 's' })).toEqual([]);
  expect(names({ STORAGE_BACKEND: 'gcs' })).toEqual(['GCS_BUCKET']);
  expect(names({ STORAGE_BACKEND: 'gcs', GCS_BUCKET: 'b' })).toEqual([]);
});

it('takes origins for CORS_ORIGINS, and nothing that only looks like one', () => {
  expect(loadConfig({}).CORS_ORIGINS).toBeUndefined();
  const two = 'https://app.example.com, http://localhost:5173';
  expect(loadConfig({ CORS_ORIGINS: two }).CORS_ORIGINS).toEqual(['https://app.example.com', 'http://localhost:5173']);
  expect(loadConfig({ CORS_ORIGINS: '*' }).CORS_ORIGINS).toEqual(['*']);
  for (const wrong of [
    'app.example.com',
    'https://app.example.com/',
    'https://a.example/x',
    'null',
    'https://*.a.example',
  ])
    expect(() => loadConfig({ CORS_ORIGINS: wrong }), wrong).toThrow(/CORS_ORIGINS|without a path/);
});
