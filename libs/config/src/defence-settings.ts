import { z } from 'zod';
import { flag, integer, oneOf, setting, text, type Setting } from './setting.ts';

/** What keeps out and looks over: files, URLs, content, and the record of who did what. */
export const defenceSettings = {
  ALLOW_PRIVATE_IPS: setting('defence', flag, 'Let URLs point at private addresses.', { preset: 'false' }),
  BLOCKED_FILE_EXTENSIONS: setting('defence', text, 'Comma list.', { preset: '.exe,.sh,.bat' }),
  ALLOW_ARCHIVES: setting('defence', flag, 'Take ZIP, RAR, 7z and other archives.', { preset: 'false' }),
  ENABLE_VIRUS_SCANNING: setting(
    'defence',
    flag,
    'Scan uploads and fetched inputs with ClamAV; without its answer nothing is taken.',
    { preset: 'false' },
  ),
  CLAMAV_SOCKET: setting(
    'defence',
    z.string().regex(/^(\/|tcp:\/\/[^/:]+|tcp:\/\/\[[0-9a-f:]+\])/i, 'must be a path or tcp://host:port'),
    'Where clamd listens: a path, or tcp://host:port.',
    { preset: '/var/run/clamav/clamd.ctl' },
  ),
  CLAMAV_TIMEOUT_SECONDS: setting('defence', integer(1, 3600), 'A scanner that is silent for this long is given up.', {
    preset: '120',
  }),
  AUDIT_SYSLOG_URL: setting(
    'defence',
    z
      .string()
      .regex(/^(tcp|tls):\/\/[^/\s@]+$/, 'must be tcp://HOST:PORT or tls://HOST:PORT')
      .optional(),
    'Where each row of the audit log goes as RFC 5424 syslog: tcp://HOST:601 or tls://HOST:6514.',
  ),
  AUDIT_SPLUNK_HEC_URL: setting(
    'defence',
    z.url({ protocol: /^https?$/ }).optional(),
    'Where the audit log goes as events of a Splunk HTTP Event Collector; needs AUDIT_SPLUNK_HEC_TOKEN.',
  ),
  AUDIT_SPLUNK_HEC_TOKEN: setting(
    'defence',
    z
      .string()
      .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII')
      .optional(),
    'Token of that collector.',
    { secret: true },
  ),
  ENABLE_CONTENT_MODERATION: setting(
    'moderation',
    flag,
    'Look at frames of every input before anything is done with it.',
    { preset: 'false' },
  ),
  MODERATION_PROVIDER: setting(
    'moderation',
    oneOf(['aws', 'google', 'azure', 'webhook']).optional(),
    'Who looks: Amazon Rekognition, Google Cloud Vision, Azure AI Content Safety, or a server of your own.',
  ),
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
  MODERATION_WEBHOOK_URL: setting('moderation', z.url().optional(), 'Where frames are posted to, one a call.'),
  MODERATION_WEBHOOK_SECRET: setting(
    'moderation',
    text.optional(),
    'Signs those calls as Standard Webhooks does; absent: they are not signed.',
    { secret: true },
  ),
  AWS_ACCESS_KEY_ID: setting('moderation', text.optional(), 'May call rekognition:DetectModerationLabels.'),
  AWS_SECRET_ACCESS_KEY: setting('moderation', text.optional(), 'The secret of that key.', { secret: true }),
  AWS_SESSION_TOKEN: setting('moderation', text.optional(), 'Goes with temporary credentials.', { secret: true }),
  AWS_REGION: setting('moderation', text.optional(), 'A region that has Rekognition.'),
  AWS_ENDPOINT_URL_REKOGNITION: setting('moderation', z.url().optional(), "Another address than Amazon's own."),
  GOOGLE_VISION_API_KEY: setting('moderation', text.optional(), 'Key of Google Cloud Vision.', { secret: true }),
  GOOGLE_VISION_API_URL: setting('moderation', z.url().optional(), "Another address than Google's own."),
  AZURE_CONTENT_SAFETY_ENDPOINT: setting(
    'moderation',
    z.url().optional(),
    'Address of the resource, https://NAME.cognitiveservices.azure.com.',
  ),
  AZURE_CONTENT_SAFETY_KEY: setting('moderation', text.optional(), 'Key of that resource.', { secret: true }),
} as const satisfies Record<string, Setting>;
