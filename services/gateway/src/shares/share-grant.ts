import { signUntil, verifyUntil } from '@ffapi/secrets';

/** `opened`: the password was right; `begun`: a download was counted, and may go on. */
export type GrantKind = 'opened' | 'begun';

/** A text that says until when somebody may do this with a share. */
export const signGrant = (key: Buffer, kind: GrantKind, shareId: string, expiresAtSeconds: number): string =>
  signUntil(key, kind, shareId, expiresAtSeconds);

/** Whether the text is a grant of this kind for this share that has not ended. */
export const isGranted = (
  key: Buffer,
  kind: GrantKind,
  shareId: string,
  grant: string | undefined,
  nowMs: number,
): boolean => verifyUntil(key, kind, shareId, grant ?? '', nowMs)?.isValid === true;
