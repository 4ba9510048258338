import type { Inside } from './look-inside.ts';
import { sourceOf, type Mount } from './mount-info.ts';
import { toolEnv, type SandboxLevel, type Shown } from './sandbox.ts';

const capabilitySets = ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'];

/** What bubblewrap and a shell that starts it set for their child. */
const environment = new Set([...Object.keys(toolEnv), 'PWD', 'SHLVL', '_', 'OLDPWD']);

const ownKinds = ['ipc', 'mnt', 'net', 'pid', 'user', 'uts'];

/** Devices that bubblewrap itself makes. */
const devices = new Set(
  'null zero full random urandom tty console pts shm mqueue ptmx'.split(' ').map((name) => `/dev/${name}`),
);

const isOwn = ({ point, type, device }: Mount, hosts: readonly Mount[]): boolean => {
  // Of one's own: the machine's would show every process, and what it knows of them.
  if (point === '/proc' || point.startsWith('/proc/'))
    return type === 'proc' && !hosts.some((host) => host.type === 'proc' && host.device === device);
  if (point === '/' || point === '/tmp' || point === '/dev')
    return type === 'tmpfs' && !hosts.some((host) => host.device === device);
  return devices.has(point);
};

/** A mount that nobody asked for, or that shows something else than was asked for. */
const strayMount = (mounts: readonly Mount[], hosts: readonly Mount[], shown: readonly Shown[]): string | null => {
  for (const mount of mounts) {
    // Volumes that the machine itself has below what was asked for come along.
    const asked = shown.find(({ at }) => mount.point === at || mount.point.startsWith(`${at}/`));
    if (asked === undefined) {
      if (!isOwn(mount, hosts)) return `the tool sees ${mount.point}, which is not its own`;
      continue;
    }
    const path = asked.from + mount.point.slice(asked.at.length);
    const source = sourceOf(path, hosts);
    if (source?.device !== mount.device || source.root !== mount.root)
      return `the tool sees something else than ${path} at ${mount.point}`;
    if (!asked.isWritable && !mount.isReadOnly) return `the tool may write to ${mount.point}`;
  }
  return null;
};

/** What is wrong with the walls around a process; null when they stand. */
export const judgeInside = (
  level: SandboxLevel,
  inside: Inside,
  shown: readonly Shown[] | undefined,
): string | null => {
  const { status, sharedNamespaces, mounts } = inside;
  if (capabilitySets.some((set) => !/^0+$/.test(status[set] ?? ''))) return 'the tool has capabilities';
  if (status.NoNewPrivs !== '1') return 'the tool may gain privileges';
  const strange = inside.environment?.find((name) => !environment.has(name));
  if (strange !== undefined) return `the tool sees ${strange} of the environment`;
  if (level === 'external') return status.Seccomp === '2' ? null : 'no filter of system calls is in force';
  if ((status.NSpid ?? '').split(/\s+/).length < 2) return 'the tool sees the processes of the machine';
  const shared = ownKinds.find((kind) => sharedNamespaces?.includes(kind));
  if (shared !== undefined) return `the tool shares the machine’s ${shared} namespace`;
  return mounts === null || shown === undefined ? null : strayMount(mounts, inside.hostMounts, shown);
};
