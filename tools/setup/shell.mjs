// What the bootstrap does itself: it says what it does, and keeps what tools say in a file.
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, openSync, closeSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const cacheDir =
  process.env.FFAPI_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ffapi');
export const binDir = join(cacheDir, 'bin');
export const path = [join(root, 'node_modules', '.bin'), binDir, process.env.PATH ?? ''].join(delimiter);
const logFile = join(cacheDir, 'setup.log');
const tailLines = 12;

/** Where programs of this machine are, not those of this project's packages. */
export const folders = path.split(delimiter).filter((dir) => dir !== '' && !dir.startsWith(join(root, 'node_modules')));

/** Where a program of this machine is, not of this project's packages; `undefined`: nowhere. */
export const find = (tool) => folders.map((dir) => join(dir, tool)).find((file) => existsSync(file));
export const onPath = (tool) => find(tool) !== undefined;

export const say = (text) => process.stderr.write(`setup  ${text}\n`);
export const stop = (text) => {
  process.stderr.write(`\n${text}\n`);
  process.exit(1);
};

export const output = (command, args) => {
  const result = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, PATH: path } });
  return result.status === 0 ? result.stdout : '';
};

/** Runs a step of which one line is told; what its tools say goes into a file, and is shown when it fails. */
export const step = (what, work) => {
  const startMs = Date.now();
  process.stderr.write(`setup  ${what} …`);
  mkdirSync(cacheDir, { recursive: true });
  appendFileSync(logFile, `\n== ${new Date().toISOString()} ${what}\n`);
  const log = openSync(logFile, 'a');
  const run = (command, args, options = {}) => execFileSync(command, args, { stdio: ['ignore', log, log], ...options });
  try {
    const result = work(run);
    process.stderr.write(` ${Math.max(1, Math.round((Date.now() - startMs) / 1000))} s\n`);
    return result;
  } catch (error) {
    const said = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-tailLines).join('\n');
    process.stderr.write(` failed\n${said}\n(all of it: ${logFile})\n`);
    throw error;
  } finally {
    closeSync(log);
  }
};
