// What the builds of servers for tests have in common. Runs on any Node >= 18.
import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what was built stays. */
export const cacheDir =
  process.env.FFAPI_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ffapi');

const isThere = (command) => {
  try {
    execFileSync(command, ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** The command that is Go; ends this process with one line when there is none. */
export const requireGo = (program) => {
  const go = ['go', '/usr/local/go/bin/go'].find(isThere);
  if (go) return go;
  process.stderr.write(`setup  ${program} is not built: Go is not here\n`);
  return process.exit(1);
};
