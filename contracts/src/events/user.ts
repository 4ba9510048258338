import { z } from 'zod';
import { role } from '../access/scopes.ts';
import type { EventOf } from '../kernel/event.ts';
import { idOf } from '../kernel/ids.ts';

const ofUser = { userId: idOf('user'), by: z.string() };

/** Argon2id under the server's pepper, in the PHC string format. */
const passwordHash = z.string().startsWith('$argon2id$');
/** HMAC-SHA-256 under the server's pepper, in hex. */
const codeDigest = z.string().regex(/^[0-9a-f]{64}$/);
const secretRef = z.string().startsWith('sec_');

export const userEvents = {
  /** In histories of long ago also of a user who was deleted and came back. */
  UserCreated: { 1: z.strictObject({ ...ofUser, name: z.string(), role, passwordHash }) },
  UserPasswordChanged: { 1: z.strictObject({ ...ofUser, passwordHash }) },
  /** A secret waits for the first code that is made with it. */
  UserTwoFactorBegun: { 1: z.strictObject({ ...ofUser, secretRef }) },
  UserTwoFactorEnabled: { 1: z.strictObject({ ...ofUser, secretRef, recoveryCodes: z.array(codeDigest) }) },
  UserTwoFactorDisabled: { 1: z.strictObject(ofUser) },
  /** New recovery codes; those before work no more. */
  UserRecoveryCodesMade: { 1: z.strictObject({ ...ofUser, recoveryCodes: z.array(codeDigest) }) },
  UserRecoveryCodeUsed: { 1: z.strictObject({ ...ofUser, digest: codeDigest }) },
  UserDeleted: { 1: z.strictObject(ofUser) },
} as const;
export type UserEvent = EventOf<typeof userEvents>;
