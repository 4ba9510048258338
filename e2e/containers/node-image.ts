import { cpSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readDockerfile } from '../../infra/docker/dockerfile.ts';
import { fenced } from './fence.ts';
import { mirrorHere } from './machine-config.ts';
import { run } from './run.ts';

/** The image that ours stand on, by the name that their FROM gives it. */
export const nodeImage = `docker.io/library/node:${readDockerfile('service.Dockerfile').args.NODE_VERSION}-trixie-slim`;

const layOut = async (tree: string): Promise<void> => {
  const debootstrap = ['debootstrap', '--variant=minbase', '--include=ca-certificates', 'trixie', tree] as const;
  await run(fenced([...debootstrap, await mirrorHere()], 'of the machine'));
  // Builds are told of this machine's mirror, images are not.
  writeFileSync(join(tree, 'etc/apt/sources.list'), '');
  for (const leftover of ['var/cache/apt/archives', 'var/lib/apt/lists', 'var/log/bootstrap.log'])
    rmSync(join(tree, leftover), { recursive: true });
  for (const folder of ['var/cache/apt/archives/partial', 'var/lib/apt/lists/partial', 'usr/local/lib/node_modules'])
    mkdirSync(join(tree, folder), { recursive: true });
  cpSync(process.execPath, join(tree, 'usr/local/bin/node'));
  const npm = dirname(dirname(realpathSync(await run(['which', 'npm']))));
  cpSync(npm, join(tree, 'usr/local/lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx'])
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(tree, 'usr/local/bin', name));
};

/** Debian 13 with Node and npm as the official image has them, made from Debian's packages: no registry is asked. */
export const makeNodeImage = async (dir: string, env: Record<string, string>): Promise<void> => {
  const tree = join(dir, 'base');
  const archive = join(dir, 'base.tar');
  await layOut(tree);
  await run(['tar', '--create', '--file', archive, '--directory', tree, '.']);
  rmSync(tree, { recursive: true });
  await run(fenced(['podman', 'import', '--quiet', archive, nodeImage], 'of the machine'), env);
  rmSync(archive);
};
