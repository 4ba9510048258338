import { cpSync, globSync, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Instruction } from './dockerfile.ts';

interface Rule {
  readonly pattern: RegExp;
  readonly isKept: boolean;
}

export type IsSent = (path: string) => boolean;

// As Docker reads them: `*` takes names that begin with a dot, too.
const patternOf = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll('**/', '\0')
      .replaceAll('*', '[^/]*')
      .replaceAll('\0', '(?:.*/)?')}$`,
  );

const parents = (path: string): string[] => {
  const parts = path.split('/');
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
};

/** Which paths of the repository reach a build: the last line that matches a path or a folder above it decides. */
export const contextFilter = (dockerignore: string): IsSent => {
  const rules: Rule[] = dockerignore
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ pattern: patternOf(line.replace(/^!/, '')), isKept: line.startsWith('!') }));
  return (path) => rules.findLast(({ pattern }) => parents(path).some((each) => pattern.test(each)))?.isKept ?? true;
};

/** Does what COPY from the context does: files into a folder, the content of a folder into one. */
export const copyFromContext = (
  { text }: Instruction,
  { root, target, isSent }: { readonly root: string; readonly target: string; readonly isSent: IsSent },
): void => {
  const paths = text.split(/\s+/);
  const to = paths.at(-1) ?? '.';
  for (const from of paths.slice(0, -1)) {
    if (!isSent(from)) throw new Error(`COPY ${from}: .dockerignore keeps it out`);
    const isFolder = statSync(join(root, from)).isDirectory();
    const into = join(target, isFolder ? to : join(to, basename(from)));
    mkdirSync(dirname(into), { recursive: true });
    if (!isFolder) {
      cpSync(join(root, from), into);
      continue;
    }
    for (const path of globSync(`${from}/**`, {
      cwd: root,
      exclude: (name) => basename(String(name)) === 'node_modules',
    }))
      if (isSent(path) && statSync(join(root, path)).isFile())
        cpSync(join(root, path), join(into, path.slice(from.length + 1)));
  }
};
