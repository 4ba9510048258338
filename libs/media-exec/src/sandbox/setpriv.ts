import { existsSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { GpuPaths } from './gpu-paths.ts';
import type { Mounts, Sandbox } from './sandbox.ts';
import { toolEnv } from './sandbox.ts';
import { seccompProgram } from './seccomp.ts';

export interface SetprivOptions {
  readonly fontsDir?: string;
  readonly gpu?: GpuPaths;
  readonly arch?: string;
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

const rules = (tool: string, mounts: Mounts, { fontsDir, gpu }: SetprivOptions): string[] => [
  ...systemPaths.filter(existsSync).flatMap(readRule),
  ...rule('read-file,write-file', '/dev/null'),
  ...(tool.startsWith('/usr/') || !tool.startsWith('/') ? [] : rule(readAccess, dirname(tool))),
  ...(fontsDir === undefined ? [] : rule(readAccess, fontsDir)),
  ...(gpu === undefined ? [] : gpuRules(gpu)),
  ...Object.values(mounts.inputs).flatMap((path) => rule('read-file', path)),
  ...rule(writeAccess, mounts.workDir),
];

// The tool's own PATH is the system's; the newer setpriv may lie elsewhere on the worker's.
const found = (name: string): string =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((dir) => join(dir, name))
    .find(existsSync) ?? name;

/**
 * The form for containers, where no namespace can be made: util-linux `setpriv`, 2.41 or newer, with Landlock rules and
 * a seccomp filter. An older one ends with "unrecognized option", which is reported as `sandbox_unavailable`.
 */
export const setpriv = (options: SetprivOptions): Sandbox => ({
  level: 'external',
  fontsPath: options.fontsDir,
  inputPath: (mounts, name) => mounts.inputs[name] ?? '',
  workPath: (mounts) => mounts.workDir,
  wrap: (tool, argv, mounts) => {
    const filterFile = join(mounts.workDir, 'seccomp.bpf');
    const program = seccompProgram(options.arch ?? process.arch);
    if (program) writeFileSync(filterFile, program);
    return {
      command: options.setprivPath ?? found('setpriv'),
      args: [
        '--no-new-privs',
        '--inh-caps=-all',
        '--ambient-caps=-all',
        '--landlock-access',
        'fs',
        ...rules(tool, mounts, options),
        '--seccomp-filter',
        filterFile,
        '--',
        tool,
        ...argv,
      ],
      cwd: join(mounts.workDir, 'scratch'),
      env: toolEnv,
    };
  },
});
