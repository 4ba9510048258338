import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from './sync-folder.ts';
import type { SecretStore } from './secrets.ts';

/** Sealed secrets as files of mode 0600 in one folder. */
export const fileSecretStore = (dir: string): SecretStore => ({
  get: (id) =>
    readFile(join(dir, id)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return null;
    }),
  put: async (id, bytes) => {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const draft = join(dir, `.${id}.${randomBytes(6).toString('hex')}`);
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, join(dir, id));
    await syncFolder(dir);
  },
  delete: (id) => rm(join(dir, id), { force: true }),
});
