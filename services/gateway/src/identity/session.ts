/** A session as it is stored, under the digest of its token. */
export interface StoredSession {
  readonly userId: string;
  /** The user's when it began: another one means it has ended. */
  readonly epoch: number;
  readonly createdAt: string;
  readonly seenAt: string;
}

export interface Session extends StoredSession {
  /** What its token hashes to: names the session without being able to use it. */
  readonly digest: string;
}

const minuteMs = 60_000;
/** A session that nobody uses ends after this. */
export const idleMs = 12 * 60 * minuteMs;
/** Every session ends after this. */
const lifeMs = 7 * 24 * 60 * minuteMs;
/** Use is written down this often, so that reading does not write. */
const noteMs = 5 * minuteMs;

const after = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString();

/** When it ends if it is not used again. */
export const sessionExpiresAt = ({ createdAt, seenAt }: StoredSession): string => {
  const [idle, life] = [after(seenAt, idleMs), after(createdAt, lifeMs)];
  return idle < life ? idle : life;
};

export const isSessionAlive = (session: StoredSession, now: string): boolean => sessionExpiresAt(session) > now;

/** Whether it is time to write down that it is in use. */
export const isNoteDue = ({ seenAt }: StoredSession, now: string): boolean => after(seenAt, noteMs) <= now;
