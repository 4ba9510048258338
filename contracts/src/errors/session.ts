import { row, type ErrorRow } from './shape.ts';

/** What is refused of people who log in, and of settings. */
export const sessionErrors = {
  login_failed: row(
    401,
    'request',
    false,
    'Name, password or code is not right.',
    'Check all three: a code is needed once two-factor login is on, and each works once.',
  ),
  login_needs_https: row(
    403,
    'request',
    false,
    'A password is not taken over an open connection.',
    'Use https with PUBLIC_BASE_URL or TRUSTED_PROXIES set, or http on this machine (localhost).',
  ),
  session_ended: row(401, 'request', false, 'This session has ended.', 'Log in again with POST /login.'),
  session_required: row(
    403,
    'request',
    false,
    'This is for people who are logged in.',
    'Log in with POST /login; a key has no password and no second factor.',
  ),
  csrf_refused: row(
    403,
    'request',
    false,
    'The request does not show that it comes from a page of this platform.',
    'Send X-CSRF-Token as GET /session tells it, from the origin of PUBLIC_BASE_URL; with a key none is needed.',
  ),
  code_invalid: row(422, 'request', false, 'This code is not right.', 'Take the next code; each works once.'),
  two_factor_state: row(
    409,
    'request',
    false,
    'Two-factor login is not in the state for this.',
    'begin, then confirm with a code; recovery_codes and disable need it to be on.',
  ),
  user_not_found: row(404, 'request', false, 'There is no such user.', 'Check the id.'),
  user_exists: row(409, 'request', false, 'There is a user of this name.', 'Choose another name.'),
  settings_refused: row(
    422,
    'request',
    false,
    'These settings cannot be in force.',
    'See detail: nothing was changed.',
  ),
} as const satisfies Record<string, ErrorRow>;
