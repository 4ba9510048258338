export { type Caller, type Principal, actorOf } from './caller.ts';
export { isTrusted, clientAddress } from './client-address.ts';
export { originSaid } from './request-origin.ts';
export { type Session, sessionExpiresAt, idleMs, isNoteDue, isSessionAlive, type StoredSession } from './session.ts';
