import { join } from 'node:path';
import type { Sandbox } from './sandbox.ts';
import { toolEnv } from './sandbox.ts';

/** No wall at all, for development only. */
export const noSandbox = (options: { readonly fontsDir?: string } = {}): Sandbox => ({
  level: 'off',
  fontsPath: options.fontsDir,
  inputPath: (mounts, name) => mounts.inputs[name] ?? '',
  workPath: (mounts) => mounts.workDir,
  wrap: (tool, argv, mounts) => ({ command: tool, args: argv, cwd: join(mounts.workDir, 'scratch'), env: toolEnv }),
});
