import { mkdirSync, readdirSync, rmSync, rmdirSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '@ffapi/testkit';

export interface Workplace {
  /** Stays: images and what they are made from. */
  readonly cache: string;
  /** Goes away with the run. */
  readonly dir: string;
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

/** A folder in the cache for this run, without what runs that were killed have left there. */
export const openWorkplace = (): Workplace => {
  const cache = join(cacheDir, 'containers');
  mkdirSync(join(cache, 'tmp'), { recursive: true });
  for (const name of readdirSync(cache)) {
    const pid = /^run-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(cache, name), { recursive: true, force: true });
  }
  const dir = join(cache, `run-${process.pid}`);
  mkdirSync(dir);
  return { cache, dir };
};

/** Groups of processes that have ended; a kernel keeps their empty folders. */
const removeGroups = (folder: string): void => {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeGroups(join(folder, entry.name));
  rmdirSync(folder);
};

const endingMsMax = 5000;
const againMs = 100;

/** Removes what a run leaves, also while the kernel still ends its processes. */
export const closeWorkplace = ({ dir }: Workplace): void => {
  rmSync(dir, { recursive: true, force: true, maxRetries: endingMsMax / againMs, retryDelay: againMs });
  const root = '/sys/fs/cgroup';
  const groups = ['', ...readdirSync(root)].map((name) => join(root, name, 'libpod_parent')).filter(existsSync);
  const deadlineMs = performance.now() + endingMsMax;
  for (const group of groups) {
    while (existsSync(group))
      try {
        removeGroups(group);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
        // Another Podman of this machine has containers there.
        if (performance.now() > deadlineMs) return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, againMs);
      }
  }
};

/**
 * The environment in which buildah and podman keep everything in these folders. `store`: where they write; images of
 * the cache are read from there in any case.
 */
export const storageEnvironment = ({ cache, dir }: Workplace, store: 'cache' | 'run'): Record<string, string> => {
  const here = join(dir, store);
  mkdirSync(here, { recursive: true });
  const images = join(cache, 'store');
  const storage = [
    '[storage]',
    'driver = "overlay"',
    `graphroot = "${store === 'cache' ? images : join(here, 'store')}"`,
    `runroot = "${join(here, 'run')}"`,
    ...(store === 'cache' ? [] : ['[storage.options]', `additionalimagestores = ["${images}"]`]),
  ];
  const engine = [
    '[containers]',
    'base_hosts_file = "none"',
    // Those that a machine which may not raise limits can give.
    'default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]',
    '[engine]',
    'cgroup_manager = "cgroupfs"',
    'events_logger = "file"',
    'lock_type = "file"',
    'runtime = "runc"',
    `tmp_dir = "${join(here, 'tmp')}"`,
    '[network]',
    'network_backend = "netavark"',
    `network_config_dir = "${join(here, 'networks')}"`,
  ];
  const files = { CONTAINERS_STORAGE_CONF: join(here, 'storage.conf'), CONTAINERS_CONF: join(here, 'containers.conf') };
  writeFileSync(files.CONTAINERS_STORAGE_CONF, `${storage.join('\n')}\n`);
  writeFileSync(files.CONTAINERS_CONF, `${engine.join('\n')}\n`);
  // Health checks are run by the lane: systemd's timers would be those of the machine.
  return { ...files, DISABLE_HC_SYSTEMD: 'true', TMPDIR: join(cache, 'tmp') };
};
