export { recordAuthEvents, type AuthEventRecorder } from './auth-events.runner.ts';
export { Attempts } from './attempts.state.ts';
export { openLoginParts } from './login-parts.state.ts';
export { openSessions } from './open-sessions.handlers.ts';
export type { People } from './people.state.ts';
