import { z } from 'zod';
import { userName } from '../../access/user-name.ts';
import { newPassword, sessionResource, twoFactorAnswer } from '../session-resources.ts';
import { defineRoute, type Route } from '../route.ts';

const code = z.string().min(6).max(20).describe('Of the authenticator app, or one of the recovery codes.');

export const sessionRoutes = {
  logIn: defineRoute({
    id: 'log_in',
    method: 'POST',
    path: '/login',
    tag: 'sessions',
    summary: 'Begins a session of a person: a cookie that works like a key of their role.',
    access: 'public',
    body: z.strictObject({
      username: userName,
      password: z.string().min(1).max(1_000),
      code: code.optional(),
    }),
    success: 200,
    response: sessionResource,
    errors: ['login_failed', 'login_needs_https', 'csrf_refused', 'ip_not_whitelisted', 'rate_limited'],
  }),
  logOut: defineRoute({
    id: 'log_out',
    method: 'POST',
    path: '/logout',
    tag: 'sessions',
    summary: 'Ends this session.',
    access: 'key',
    success: 204,
    answers: 'nothing',
    errors: ['csrf_refused', 'session_ended'],
  }),
  session: defineRoute({
    id: 'get_session',
    method: 'GET',
    path: '/session',
    tag: 'sessions',
    summary: 'Who asks, what they may, and the token for changes.',
    access: 'key',
    success: 200,
    response: sessionResource,
    errors: ['session_ended'],
  }),
  twoFactor: defineRoute({
    id: 'two_factor',
    method: 'POST',
    path: '/settings/two-factor',
    tag: 'sessions',
    summary: 'Two-factor login (RFC 6238): begin, confirm with a code, new recovery codes, disable.',
    access: 'key',
    body: z.strictObject({
      action: z
        .enum(['begin', 'confirm', 'recovery_codes', 'disable'])
        .describe('begin makes a secret; confirm turns it on and ends all other sessions.'),
      code: code.optional().describe('Needed by all but begin.'),
    }),
    success: 200,
    response: twoFactorAnswer,
    errors: ['code_invalid', 'two_factor_state', 'session_required', 'csrf_refused', 'session_ended', 'rate_limited'],
  }),
  credentials: defineRoute({
    id: 'change_password',
    method: 'POST',
    path: '/settings/credentials',
    tag: 'sessions',
    summary: 'Changes your password and ends all your other sessions.',
    access: 'key',
    body: z.strictObject({ current_password: z.string().min(1).max(1_000), password: newPassword }),
    success: 200,
    response: sessionResource,
    errors: ['login_failed', 'session_required', 'csrf_refused', 'session_ended', 'rate_limited'],
  }),
} satisfies Record<string, Route>;
