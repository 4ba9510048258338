import { row, type ErrorRow } from './shape.ts';

/** What a key that asks for a job is refused with. */
export const admissionErrors = ['quota_jobs_per_hour', 'quota_jobs_per_day', 'quota_storage'] as const;

/** What is refused because of who asks, from where, or how much. */
export const accessErrors = {
  key_suspended: row(403, 'request', false, 'This key is suspended.', 'Ask who runs the platform; see its reason.'),
  address_not_allowed: row(
    403,
    'request',
    false,
    'This key may not be used from this address.',
    'Use it from an address of its allowed_ips, or have them changed.',
  ),
  ip_not_whitelisted: row(
    403,
    'request',
    false,
    'The platform takes no requests from this address.',
    'Ask who runs the platform; whitelist_entries of its settings name the addresses.',
  ),
  key_not_found: row(404, 'request', false, 'There is no such key.', 'Check the id; a revoked key is gone for good.'),
  api_key_required: row(
    401,
    'request',
    false,
    'An API key is required.',
    'Send it as X-API-Key or as Authorization: Bearer; people log in with POST /login.',
  ),
  api_key_invalid: row(
    401,
    'request',
    false,
    'This API key is not known.',
    'Check the key; the first one was printed when the platform was started.',
  ),
  api_key_in_query: row(
    400,
    'request',
    false,
    'A key does not belong into a URL.',
    'Send it as X-API-Key; and replace that key, since URLs are logged on the way.',
  ),
  forbidden: row(403, 'request', false, 'This key may not do that.', 'Use a key whose role includes it.'),
  rate_limited: row(429, 'request', true, 'Too many requests.', 'Wait for the seconds in Retry-After.'),
  quota_jobs_per_hour: row(
    429,
    'request',
    true,
    'This key has submitted as many jobs as it may in an hour.',
    'Wait for the seconds in Retry-After, or have its quota raised.',
  ),
  quota_jobs_per_day: row(
    429,
    'request',
    true,
    'This key has submitted as many jobs as it may in a day.',
    'Wait for the seconds in Retry-After, or have its quota raised.',
  ),
  quota_storage: row(
    413,
    'request',
    false,
    'This key would store more than it may.',
    'Delete files that are no longer needed, or have its quota raised.',
  ),
  quota_duration: row(
    403,
    'request',
    false,
    'The media is longer than this key may use in a job.',
    'Use a shorter piece, or have its quota raised.',
  ),
  quota_resolution: row(
    403,
    'request',
    false,
    'The picture is larger than this key may make.',
    'Ask for a smaller resolution, or have its quota raised.',
  ),
  quota_fps: row(
    403,
    'request',
    false,
    'More frames a second than this key may make.',
    'Ask for a lower fps, or have its quota raised.',
  ),
} as const satisfies Record<string, ErrorRow>;
