import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the project's scripts keep what they have built or fetched. */
export const cacheDir =
  process.env['FFAPI_CACHE_DIR'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'ffapi');
