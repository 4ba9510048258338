export { recordAuthEvents, type AuthEventRecorder } from './auth-events.runner.ts';
export { Attempts } from './attempts.state.ts';
export { openSessions } from './open-sessions.state.ts';
export type { People } from './people.state.ts';
export { sessionHandlers } from './session.handlers.ts';
export { twoFactorHandlers } from './two-factor.handlers.ts';
