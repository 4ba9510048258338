import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '@ffapi/testkit';

const peersDir = join(cacheDir, 'peers');
const timeoutMs = 300_000;

export interface OnDemand {
  readonly name: string;
  /** With exact versions. */
  readonly packages: readonly string[];
  readonly from: 'npm' | 'PyPI';
}

/** What a peer that could not be installed leaves behind. */
export interface Absent {
  readonly reason: string;
}

const run = (command: string, args: readonly string[]): void =>
  void execFileSync(command, [...args], { stdio: ['ignore', 'ignore', 'pipe'], timeout: timeoutMs });

const install = ({ from, packages }: OnDemand, dir: string): void => {
  if (from === 'npm') {
    // Its own package.json, so that npm does not look for one further up.
    writeFileSync(join(dir, 'package.json'), '{"private":true,"type":"module"}\n');
    return run('npm', ['install', '--prefix', dir, '--no-audit', '--no-fund', '--loglevel=error', ...packages]);
  }
  run('python3', ['-m', 'venv', dir]);
  run(join(dir, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
};

/** The folder of a peer that only its benchmark needs; installed outside the project when it is asked for first. */
export const installPeer = (peer: OnDemand, say: (line: string) => void): { readonly dir: string } | Absent => {
  const dir = join(peersDir, peer.name);
  const [stamp, wanted] = [join(dir, '.ffapi-packages'), peer.packages.join('\n')];
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { dir };
  say(`installing ${peer.packages.join(', ')} from ${peer.from} into ${dir}`);
  try {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true });
    install(peer, dir);
    writeFileSync(stamp, wanted);
    return { dir };
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: Buffer };
    const reason = (stderr?.toString().trim() || message).split('\n').at(-1) ?? '';
    return { reason: `${peer.name} could not be installed: ${reason}` };
  }
};
