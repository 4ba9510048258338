import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Two seconds of picture and tone. */
    clip: string;
  }
}

const argv =
  '-v error -f lavfi -i testsrc2=s=320x180:r=25:d=2 -f lavfi -i sine=d=2 -c:v libx264 -pix_fmt yuv420p -c:a aac -shortest'.split(
    ' ',
  );

/** Makes the clip of all test files on the testbed once a run; gives what takes it away. */
export default ({ provide }: TestProject): (() => void) => {
  const dir = mkdtempSync(join(tmpdir(), 'ffapi-clip-'));
  const clip = join(dir, 'clip.mp4');
  execFileSync('ffmpeg', [...argv, clip]);
  provide('clip', clip);
  return () => rmSync(dir, { recursive: true, force: true });
};
