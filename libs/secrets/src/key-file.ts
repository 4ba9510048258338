import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './sync-folder.ts';

/**
 * The 32 bytes in the file (base64), made and written with mode 0600 when there is none.
 * Of several processes that start at once, all get the key of the first.
 */
export const loadOrCreateKeyFile = async (path: string): Promise<Buffer> => {
  const found = await readKey(path);
  if (found) return found;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(32).toString('base64')}\n`);
    await file.sync();
    // A link, unlike a rename, never replaces the key that another process has put there.
    await link(draft, path).catch(ignoreCode('EEXIST'));
    await syncFolder(dirname(path));
  } finally {
    await file.close();
    await rm(draft);
  }
  const key = await readKey(path);
  if (!key) throw new Error(`${path} was removed while it was made`);
  return key;
};

const readKey = async (path: string): Promise<Buffer | null> => {
  const text = await readFile(path, 'utf8').catch(ignoreCode('ENOENT'));
  if (text === undefined) return null;
  const key = Buffer.from(text.trim(), 'base64');
  if (key.byteLength !== 32) throw new Error(`${path} does not hold 32 bytes in base64`);
  return key;
};

const ignoreCode =
  (code: string) =>
  (error: NodeJS.ErrnoException): undefined => {
    if (error.code !== code) throw error;
  };
