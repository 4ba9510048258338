import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';

/** The mirror that this machine's apt uses. */
export const mirrorHere = async (): Promise<string> => {
  const targets = await run(['apt-get', 'indextargets', '--format', '$(SUITE) $(REPO_URI)']);
  const found = targets.split('\n').map((line) => line.split(' '));
  const mirror = found.find(([suite = '', uri]) => uri && !/-|security/.test(suite))?.[1];
  if (mirror === undefined) throw new Error('apt has no mirror of Debian');
  return mirror;
};

/** Where builds find packages as this machine does: mounts for their time, so that no image has any of it. */
export const packageConfig = async (dir: string): Promise<string[]> => {
  const sources = join(dir, 'sources.list');
  writeFileSync(sources, `deb ${await mirrorHere()} trixie main\n`);
  const mounts: readonly (readonly [string, string])[] = [
    [sources, '/etc/apt/sources.list'],
    ['/etc/apt/apt.conf.d', '/etc/apt/apt.conf.d'],
    ['/etc/ssl/certs', '/etc/ssl/certs'],
    ['/etc/hosts', '/etc/hosts'],
    [await run(['npm', 'config', 'get', 'globalconfig']), '/usr/local/etc/npmrc'],
    [await run(['npm', 'config', 'get', 'userconfig']), '/root/.npmrc'],
  ];
  return mounts.filter(([from]) => existsSync(from)).flatMap(([from, to]) => ['--volume', `${from}:${to}:ro`]);
};
