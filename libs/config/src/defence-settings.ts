import { z } from 'zod';
import { moderationSettings } from './moderation-settings.ts';
import { flag, integer, setting, text, type Setting } from './setting.ts';

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
  ...moderationSettings,
} as const satisfies Record<string, Setting>;
