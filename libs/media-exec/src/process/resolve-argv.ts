import { join } from 'node:path';
import type { Step, Token } from '@ffapi/media';
import type { Mounts, Sandbox } from '../sandbox/sandbox.ts';
import type { Resolved } from './threads.ts';

const below = (folder: string, path: string | undefined): string => (path === undefined ? folder : join(folder, path));

/** The real arguments for a step's tokens, as the tool will see them inside of its sandbox. */
export const resolveArgv = (argv: Step['argv'], sandbox: Sandbox, mounts: Mounts, resolved: Resolved): string[] => {
  const one = (token: Token): string => {
    if (typeof token === 'string') return token;
    if ('in' in token) return below(sandbox.inputPath(mounts, token.in), token.path);
    if ('out' in token) return below(join(sandbox.workPath(mounts), 'out', token.out), token.path);
    // Relative to the folder the tool starts in, so that it can also stand inside of a filter.
    if ('scratch' in token) return token.scratch;
    return String(resolved[token.resolved]);
  };
  return argv.map(one);
};
