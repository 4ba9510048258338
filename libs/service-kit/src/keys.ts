import { createHmac, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@ffapi/config';

const fileOnce = (path: string, make: () => string): string => {
  if (!existsSync(path)) {
    try {
      writeFileSync(path, make(), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      // Another process of the same data folder was first: its value counts.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return readFileSync(path, 'utf8').trim();
};

/** The 32 bytes everything secret hangs on: SECRETS_KEY, or a 0600 file in the data folder. */
export const masterKey = (config: Config, dataDir: string): Buffer => {
  const encoded =
    config.SECRETS_KEY ?? fileOnce(join(dataDir, 'secrets.key'), () => randomBytes(32).toString('base64'));
  const key = Buffer.from(encoded, 'base64');
  if (key.length !== 32) throw new Error('SECRETS_KEY must be 32 bytes in base64 (44 characters)');
  return key;
};

/** A key for one purpose, so that one use never weakens another (HKDF, RFC 5869). */
export const derivedKey = (key: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, 'ffapi', purpose, 32));

/** The first admin key and whether it was made just now (then it is printed once). */
export const adminKey = (config: Config, dataDir: string): { key: string; isNew: boolean } => {
  if (config.ADMIN_API_KEY) return { key: config.ADMIN_API_KEY, isNew: false };
  const path = join(dataDir, 'admin.key');
  const isNew = !existsSync(path);
  return { key: fileOnce(path, () => `ffapi_${randomBytes(24).toString('base64url')}`), isNew };
};

/** What API keys are hashed with: API_KEY_PEPPER, or derived from the master key. */
export const pepperOf = (config: Config, key: Buffer): Buffer =>
  config.API_KEY_PEPPER ? Buffer.from(config.API_KEY_PEPPER) : derivedKey(key, 'api-key-pepper');

/** What is kept of an API key for comparing. */
export const keyDigest = (pepper: Buffer | KeyObject, apiKey: string): Buffer =>
  createHmac('sha256', pepper).update(apiKey).digest();
