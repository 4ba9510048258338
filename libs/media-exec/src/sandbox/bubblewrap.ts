import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { GpuPaths } from './gpu-paths.ts';
import { limited } from './limited.ts';
import type { Extra, Mounts, Sandbox, Shown } from './sandbox.ts';
import { toolEnv } from './sandbox.ts';

/**
 * Files that shared libraries and fontconfig need; without them the loader ends with code 127. And the machine's
 * topology: without it x265 finds no processors, makes no threads and takes half as long again.
 */
const systemFiles = [
  '/etc/ld.so.cache',
  '/etc/alternatives',
  '/etc/fonts',
  '/sys/devices/system/cpu',
  '/sys/devices/system/node',
];

const tmpBytes = String(64 * 1024 * 1024);

const itself = (path: string): Shown => ({ from: path, at: path });
const readOnly = ({ from, at }: Shown): string[] => ['--ro-bind', from, at];

const systemShown = (): Shown[] => [itself('/usr'), ...systemFiles.filter(existsSync).map(itself)];

const systemLinks = (): string[] =>
  ['lib', 'lib64', 'bin']
    .filter((name) => existsSync(`/${name}`))
    .flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]);

const gpuBinds = ({ devices, readable }: GpuPaths): string[] => [
  ...devices.flatMap((path) => ['--dev-bind', path, path]),
  ...readable.map(itself).flatMap(readOnly),
];

// The tool may lie outside of /usr, as a build of one's own does.
const toolShown = (tool: string): Shown[] => {
  if (!tool.startsWith('/') || !existsSync(tool)) return [];
  return realpathSync(tool).startsWith('/usr/') ? [] : [itself(dirname(tool))];
};

const inputsShown = (mounts: Mounts): Shown[] =>
  Object.entries(mounts.inputs).map(([name, path]) => ({ from: path, at: `/in/${name}` }));

/**
 * Namespaces by bubblewrap: no network, no other process, no file but the inputs and the work folder. There is no
 * `--new-session`: the child is a session leader without a terminal already, and one group keeps it killable as a whole.
 */
export const bubblewrap = (options: { bwrapPath: string; fontsDir?: string; gpu?: GpuPaths }): Sandbox => {
  const system = systemShown();
  const links = systemLinks();
  const devices = options.gpu === undefined ? [] : gpuBinds(options.gpu);
  const gpu = options.gpu === undefined ? [] : [...options.gpu.devices, ...options.gpu.readable].map(itself);
  const fonts: Shown[] = options.fontsDir === undefined ? [] : [{ from: options.fontsDir, at: '/fonts' }];
  const has = (extras: readonly Extra[] | undefined, extra: Extra): boolean => extras?.includes(extra) ?? true;
  const environment = Object.entries(toolEnv).flatMap(([name, value]) => ['--setenv', name, value]);
  return {
    level: 'required',
    fontsPath: options.fontsDir && '/fonts',
    inputPath: (_, name) => `/in/${name}`,
    workPath: () => '/work',
    shown: (tool, mounts) => [
      ...system,
      ...gpu.map((each) => ({ ...each, isWritable: true as const })),
      ...toolShown(tool),
      ...fonts,
      ...inputsShown(mounts),
      { from: mounts.workDir, at: '/work', isWritable: true },
    ],
    wrap: (tool, argv, mounts, { extras, ...limits } = {}) => ({
      command: options.bwrapPath,
      args: [
        '--unshare-user',
        '--unshare-ipc',
        '--unshare-pid',
        '--unshare-net',
        '--unshare-uts',
        '--unshare-cgroup-try',
        '--disable-userns',
        '--die-with-parent',
        '--cap-drop',
        'ALL',
        '--clearenv',
        ...environment,
        ...system.flatMap(readOnly),
        ...links,
        '--proc',
        '/proc',
        '--dev',
        '/dev',
        ...(has(extras, 'gpu') ? devices : []),
        '--size',
        tmpBytes,
        '--tmpfs',
        '/tmp',
        // Behind what covers it, should the tool lie below /tmp.
        ...[...toolShown(tool), ...(has(extras, 'fonts') ? fonts : []), ...inputsShown(mounts)].flatMap(readOnly),
        '--bind',
        mounts.workDir,
        '/work',
        '--chdir',
        '/work/scratch',
        '--',
        ...limited(tool, argv, limits),
      ],
      cwd: '/',
      env: {},
    }),
  };
};
