import { z } from 'zod';
import { role } from '../access/scopes.ts';
import { defineAggregate, type EventOf } from '../kernel/aggregate.ts';
import { idOf } from '../kernel/ids.ts';

const ofUser = { userId: idOf('user'), by: z.string() };

/** Argon2id under the server's pepper, in the PHC string format. */
const passwordHash = z.string().startsWith('$argon2id$');
/** HMAC-SHA-256 under the server's pepper, in hex. */
const codeDigest = z.string().regex(/^[0-9a-f]{64}$/);
const secretRef = z.string().startsWith('sec_');

export const userAggregate = defineAggregate({
  kind: 'user',
  stream: '{userId}',
  parts: { userId: 'The user.' },
  describes: 'A person who can log in: role, password hash, two-factor login.',
  events: {
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
  },
});
export type UserEvent = EventOf<typeof userAggregate>;

export const userStream = userAggregate.streamOf;
