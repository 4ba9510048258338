import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { GpuPaths } from './gpu-paths.ts';
import { limited } from './limited.ts';
import type { Extra, Mounts, Sandbox } from './sandbox.ts';
import { toolEnv } from './sandbox.ts';
import { seccompProgram } from './seccomp.ts';

export interface SetprivOptions {
  readonly fontsDir?: string;
  readonly gpu?: GpuPaths;
  readonly setprivPath?: string;
}

const readAccess = 'execute,read-file,read-dir';
const writeAccess = 'read-file,read-dir,write-file,truncate,make-reg,make-dir,remove-file,remove-dir,refer';
const systemPaths = [
  '/usr',
  '/lib',
  '/lib64',
  '/etc/ld.so.cache',
  '/etc/alternatives',
  '/etc/fonts',
  '/dev/urandom',
  '/sys/devices/system',
];

const rule = (access: string, path: string): string[] => ['--landlock-rule', `path-beneath:${access}:${path}`];

// Landlock refuses a rule that gives a plain file rights of a folder.
const readRule = (path: string): string[] =>
  rule(statSync(path).isDirectory() ? readAccess : 'execute,read-file', path);

// Which device calls are made is not for Landlock to say: setpriv 2.41 does not handle that right, so all are.
const gpuRules = ({ devices, readable }: GpuPaths): string[] => [
  ...devices.flatMap((path) =>
    rule(statSync(path).isDirectory() ? 'read-file,read-dir,write-file' : 'read-file,write-file', path),
  ),
  ...readable.flatMap(readRule),
];

const rules = (
  tool: string,
  mounts: Mounts,
  { fontsDir, gpu }: SetprivOptions,
  extras: readonly Extra[] = ['fonts', 'gpu'],
): string[] => [
  ...systemPaths.filter(existsSync).flatMap(readRule),
  ...rule('read-file,write-file', '/dev/null'),
  ...(tool.startsWith('/usr/') || !tool.startsWith('/') ? [] : rule(readAccess, dirname(tool))),
  ...(fontsDir === undefined || !extras.includes('fonts') ? [] : rule(readAccess, fontsDir)),
  ...(gpu === undefined || !extras.includes('gpu') ? [] : gpuRules(gpu)),
  ...Object.values(mounts.inputs).flatMap((path) => rule('read-file', path)),
  ...rule(writeAccess, mounts.workDir),
];

// The tool's own PATH is the system's; the newer setpriv may lie elsewhere on the worker's.
const found = (name: string): string =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((dir) => join(dir, name))
    .find(existsSync) ?? name;

let filterDir: string | undefined;

/**
 * The filter as a file in no tool's reach: what one has left running could change it for the next. For a processor whose
 * calls are not known there is no file, and no tool starts.
 */
const filterFile = (): string => {
  if (filterDir === undefined || !existsSync(filterDir)) {
    const dir = mkdtempSync(join(tmpdir(), 'ffapi-seccomp-'));
    process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
    const program = seccompProgram(process.arch);
    if (program) writeFileSync(join(dir, 'filter.bpf'), program);
    filterDir = dir;
  }
  return join(filterDir, 'filter.bpf');
};

/** Root keeps its capabilities over an exec unless the set that bounds them is empty; others have none to begin with. */
const boundingSet = (): string[] => (process.getuid?.() === 0 ? ['--bounding-set=-all'] : []);

/**
 * The form for containers, where no namespace can be made: util-linux `setpriv`, 2.41 or newer, with Landlock rules and
 * a seccomp filter. An older one ends with "unrecognized option", which is reported as `sandbox_unavailable`.
 */
export const setpriv = (options: SetprivOptions): Sandbox => ({
  level: 'external',
  fontsPath: options.fontsDir,
  inputPath: (mounts, name) => mounts.inputs[name] ?? '',
  workPath: (mounts) => mounts.workDir,
  wrap: (tool, argv, mounts, { extras, ...limits } = {}) => ({
    command: options.setprivPath ?? found('setpriv'),
    args: [
      '--no-new-privs',
      // As bubblewrap's --die-with-parent: nobody would watch it any more.
      '--pdeathsig=KILL',
      ...boundingSet(),
      '--inh-caps=-all',
      '--ambient-caps=-all',
      '--landlock-access',
      'fs',
      ...rules(tool, mounts, options, extras),
      '--seccomp-filter',
      filterFile(),
      '--',
      ...limited(tool, argv, limits),
    ],
    cwd: join(mounts.workDir, 'scratch'),
    env: toolEnv,
  }),
});
