import { bubblewrap } from './bubblewrap.ts';
import type { GpuPaths } from './gpu-paths.ts';
import { noSandbox } from './off.ts';
import type { Sandbox, SandboxLevel } from './sandbox.ts';
import { setpriv } from './setpriv.ts';

/** The sandbox of a level. */
export const createSandbox = (options: {
  readonly sandbox: SandboxLevel;
  readonly bwrapPath?: string;
  readonly fontsDir?: string;
  readonly gpu?: GpuPaths;
}): Sandbox => {
  const { fontsDir, gpu } = options;
  switch (options.sandbox) {
    case 'required':
      return bubblewrap({ bwrapPath: options.bwrapPath ?? 'bwrap', fontsDir, gpu });
    case 'external':
      return setpriv({ fontsDir, gpu });
    case 'off':
      return noSandbox({ fontsDir });
  }
};
