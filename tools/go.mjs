// What the builds of servers for tests have in common. Runs on any Node >= 18.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

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

/** Builds a package of Go in a folder that has its module, unless the binary is there, and says where it is. */
export const buildOnce = ({ name, binary, build }) => {
  if (!existsSync(binary)) {
    const go = requireGo(name);
    process.stderr.write(`setup  building ${name} into ${binary}\n`);
    mkdirSync(dirname(binary), { recursive: true });
    const env = { ...process.env, CGO_ENABLED: '0' };
    build(go, (cwd, ...argv) =>
      execFileSync(go, ['build', '-o', binary, ...argv], { cwd, env, stdio: ['ignore', 2, 2] }),
    );
  }
  process.stdout.write(`${binary}\n`);
};

/**
 * A copy of a module's source that can be written to, for the time of `use`. `go install module@version` does not work
 * here: it asks for the list of all versions, which not every module proxy has.
 */
export const withSourceOf = (go, module, use) => {
  const { Dir } = JSON.parse(
    execFileSync(go, ['mod', 'download', '-json', module], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const source = mkdtempSync(join(tmpdir(), 'ffapi-go-'));
  try {
    cpSync(Dir, source, { recursive: true });
    // The module cache is read-only, and so is what was copied from it.
    execFileSync('chmod', ['-R', 'u+w', source]);
    use(source);
  } finally {
    rmSync(source, { recursive: true, force: true });
  }
};
