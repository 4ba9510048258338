import { openBucket } from '@ffapi/bus';
import type { Running, ServiceContext } from '@ffapi/service-kit';

export interface KeyUse extends Running {
  /** Takes note that a key was used just now. */
  note(keyId: string): void;
  lastUsedAt(keyId: string): Promise<string | null>;
}

const writeMs = 15_000;

/**
 * When keys were last used, shared by all replicas: no fact that anything is built from, so it is kept beside the
 * events, and written now and then.
 */
export const keepKeyUse = async ({ connection, now, log }: ServiceContext): Promise<KeyUse> => {
  const bucket = await openBucket(connection, 'KEY_USE', { history: 1 });
  const noted = new Map<string, string>();
  const write = async (): Promise<void> => {
    const uses = [...noted];
    noted.clear();
    for (const [keyId, at] of uses) await bucket.put(keyId, at);
  };
  const timer = setInterval(() => {
    write().catch((err: unknown) => log.warn({ err }, 'last use of keys'));
  }, writeMs);
  return {
    note: (keyId) => {
      noted.set(keyId, now());
    },
    lastUsedAt: async (keyId) => noted.get(keyId) ?? (await bucket.get(keyId))?.string() ?? null,
    stop: async () => {
      clearInterval(timer);
      await write().catch((err: unknown) => log.warn({ err }, 'last use of keys'));
    },
  };
};
