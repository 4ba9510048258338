import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const redForASecond = ['-vf', 'drawbox=color=red:t=fill:enable=between(t\\,2.5\\,3.5)'];
const live = ['-c:v', 'libvpx', '-f', 'webm', '-live', '1'];

/** Files for a moderator who judges by colour, and a sound, in this folder. */
export const makeFilms = (dir: string): void => {
  const made = (name: string, ...argv: string[]): void =>
    void execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', ...argv, join(dir, name)]);
  /** Six seconds in which no two frames are the same. */
  const moving = (colour: string, name: string, more: readonly string[] = []): void =>
    made(name, `color=${colour}:s=160x90:r=10:d=6,noise=alls=12:allf=t`, ...more);
  const changed = (from: string, to: string, change: (bytes: Buffer) => Uint8Array): void =>
    writeFileSync(join(dir, to), change(readFileSync(join(dir, from))));

  for (const name of ['red.mp4', 'red.mkv', 'red.ts']) moving('red', name);
  moving('blue', 'blue.mp4');
  moving('blue', 'flash.mp4', redForASecond);
  moving('green', 'live.webm', live);
  made('green.png', 'color=green:s=160x90', '-frames:v', '1');
  made('tone.wav', 'sine=d=1');
  changed('red.mkv', 'half.mkv', (bytes) => bytes.subarray(0, bytes.length / 2));
  changed('red.ts', 'twice.ts', (bytes) => Buffer.concat([bytes, bytes]));
};
