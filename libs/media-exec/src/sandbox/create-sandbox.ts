import { bubblewrap } from './bubblewrap.ts';
import { noSandbox } from './off.ts';
import type { Sandbox, SandboxLevel } from './sandbox.ts';
import { setpriv } from './setpriv.ts';

/** The sandbox of a level. */
export const createSandbox = (options: {
  readonly sandbox: SandboxLevel;
  readonly bwrapPath?: string;
  readonly fontsDir?: string;
}): Sandbox => {
  switch (options.sandbox) {
    case 'required':
      return bubblewrap({ bwrapPath: options.bwrapPath ?? 'bwrap', fontsDir: options.fontsDir });
    case 'external':
      return setpriv({ fontsDir: options.fontsDir });
    case 'off':
      return noSandbox({ fontsDir: options.fontsDir });
  }
};
