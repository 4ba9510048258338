import type { HandlersFor, Slice } from '../requests/index.ts';
import { sessionHandlers, type SessionHandlers, type SessionPorts } from './session.handlers.ts';
import { twoFactorHandlers } from './two-factor.handlers.ts';

/** Logging in and out, and the second factor. */
export const openSessions = (ports: SessionPorts): Slice<SessionHandlers & HandlersFor<'two_factor'>> => ({
  handlers: { ...sessionHandlers(ports), ...twoFactorHandlers(ports) },
});
