import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { toolSettingNames, type Config } from '@ffapi/config';

/** Makes a folder step by step: in file systems of the kernel, Node's own way to make all of a path never ends. */
const makeFolder = (dir: string): void => {
  if (existsSync(dir)) return;
  makeFolder(dirname(dir));
  mkdirSync(dir);
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const folderProblem = ({ FFAPI_DATA_DIR }: Config): string | null => {
  const dir = resolve(FFAPI_DATA_DIR);
  try {
    makeFolder(dir);
    const probe = join(dir, `.probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
    return null;
  } catch (error) {
    return `nothing can be kept in FFAPI_DATA_DIR=${FFAPI_DATA_DIR}: ${messageOf(error)}`;
  }
};

const portProblem = async (setting: string, port: number | undefined, host: string): Promise<string | null> => {
  if (!port) return null;
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      return `port ${port} on ${host} is in use: stop what uses it, or choose another with ${setting}`;
    return `${setting}=${port} on ${host} cannot be listened on: ${messageOf(error)}`;
  } finally {
    server.close();
  }
};

const toolProblem = (setting: string, path: string): string | null => {
  if (!path.includes('/')) return null;
  try {
    accessSync(path, constants.X_OK);
    return null;
  } catch {
    return `${setting}=${path} is no program: leave it unset to use the one on PATH, or say where it is`;
  }
};

const runs = ({ SERVICES }: Config, service: string): boolean =>
  SERVICES?.split(',').some((each) => each.trim() === service) ?? true;

const firstOf = (problems: readonly (string | null)[]): string | null =>
  problems.find((problem) => problem !== null) ?? null;

/** What would end a start later and less clearly: one line that says what to do, or `null`. */
export const whyItCannotStart = async (config: Config): Promise<string | null> =>
  folderProblem(config) ??
  firstOf(toolSettingNames.map((name) => toolProblem(name, config[name]))) ??
  (runs(config, 'gateway') ? await portProblem('PORT', config.PORT, config.HOST) : null) ??
  (await portProblem('METRICS_PORT', config.METRICS_PORT, config.HOST));
