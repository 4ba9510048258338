import { existsSync } from 'node:fs';
import { run } from './run.ts';

const programs = ['buildah', 'podman', 'runc', 'conmon', 'catatonit', 'debootstrap', 'docker-compose', 'ip'];

const answers = async (program: string): Promise<boolean> =>
  run([program, program === 'ip' ? '-V' : '--version']).then(
    () => true,
    () => false,
  );

/** What a kernel must do for containers on networks of their own; each leaves nothing behind. */
const trials: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'no namespaces': ['unshare', '--pid', '--fork', '--kill-child', '--mount', '--mount-proc', '--net', 'true'],
  'no bridges': ['unshare', '--net', 'ip', 'link', 'add', 'tried', 'type', 'bridge'],
  'no pairs of virtual interfaces': ['unshare', '--net', 'ip', 'link', 'add', 'tried', 'type', 'veth'],
  'no rules for published ports': [
    'unshare',
    '--net',
    'iptables',
    '-t',
    'nat',
    '-A',
    'POSTROUTING',
    '-j',
    'MASQUERADE',
  ],
};

/** Why images cannot be built and run on this machine; nothing: they can. */
export const whyNotHere = async (): Promise<string | null> => {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) return 'this is not Debian';
  if (process.getuid?.() !== 0) return 'root is needed';
  const missing: string[] = [];
  for (const program of programs) if (!(await answers(program))) missing.push(program);
  if (missing.length > 0) return `no ${missing.join(', ')}`;
  for (const [reason, argv] of Object.entries(trials)) {
    const works = await run(argv).then(
      () => true,
      () => false,
    );
    if (!works) return `the kernel allows ${reason}`;
  }
  return null;
};
