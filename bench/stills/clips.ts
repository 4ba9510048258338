import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timedRun } from '../kit/run-tool.ts';

const filmSeconds = 30;

export interface LongClips {
  /** In the order of the minutes asked for. */
  readonly paths: readonly string[];
  remove(): void;
}

/** The film again and again, without encoding, until each clip is as long as asked for. */
export const makeLongClips = async (film: string, minutes: readonly number[]): Promise<LongClips> => {
  const dir = mkdtempSync(join(tmpdir(), 'ffapi-long-'));
  const list = join(dir, 'list.txt');
  const paths: string[] = [];
  for (const length of minutes) {
    writeFileSync(list, `file '${film}'\n`.repeat(Math.ceil((length * 60) / filmSeconds)));
    const path = join(dir, `${length}.mp4`);
    const input = ['-v', 'error', '-nostdin', '-f', 'concat', '-safe', '0', '-i', list];
    await timedRun('ffmpeg', [...input, '-t', String(length * 60), '-c', 'copy', path]);
    paths.push(path);
  }
  return { paths, remove: () => rmSync(dir, { recursive: true, force: true }) };
};
