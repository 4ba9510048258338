// What the builds of servers for tests have in common. Runs on any Node >= 18.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
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

/** Fills a folder, unless it is there, and says where it is; one that was begun and not finished is begun anew. */
export const buildFolderOnce = ({ name, takes, folder, build }) => {
  if (!existsSync(folder)) {
    const go = requireGo(name);
    process.stderr.write(`setup  building ${name} into ${folder} (${takes}, once)\n`);
    const half = `${folder}.half`;
    rmSync(half, { recursive: true, force: true });
    mkdirSync(half, { recursive: true });
    const env = { ...process.env, CGO_ENABLED: '0' };
    build(go, half, (cwd, ...argv) => execFileSync(go, ['build', ...argv], { cwd, env, stdio: ['ignore', 2, 2] }));
    renameSync(half, folder);
  }
  process.stdout.write(`${folder}\n`);
};

/**
 * Where Go keeps the source of a module, read-only. `go install module@version` does not work here: it asks for the
 * list of all versions, which not every module proxy has.
 */
export const sourceOf = (go, module) =>
  JSON.parse(execFileSync(go, ['mod', 'download', '-json', module], { stdio: ['ignore', 'pipe', 'inherit'] })).Dir;

/** A copy of a module's source that can be written to, for the time of `use`. */
export const withSourceOf = (go, module, use) => {
  const source = mkdtempSync(join(tmpdir(), 'ffapi-go-'));
  try {
    cpSync(sourceOf(go, module), source, { recursive: true });
    // The module cache is read-only, and so is what was copied from it.
    execFileSync('chmod', ['-R', 'u+w', source]);
    use(source);
  } finally {
    rmSync(source, { recursive: true, force: true });
  }
};
