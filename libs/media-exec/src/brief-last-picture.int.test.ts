import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { OperationId } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { h264 } from './fixtures/flash-and-beep.ts';
import { execOf, made, real, runOn } from './fixtures/scratch.ts';

const exec = execOf();
const lavfi = (source: string): string[] => ['-f', 'lavfi', '-i', source];
const oneOf50 = "settb=1/90000,select='not(mod(n,50))'";
const everySecond = ['-vf', oneOf50, '-fps_mode', 'passthrough', '-enc_time_base', '1/90000'];
// Four slides of one second; the last is white, and stays for half a frame of 25.
const film = await made(
  'slides.mp4',
  ...lavfi("color=black:s=320x180:r=50:d=3.02,drawbox=c=white:t=fill:enable='gte(t,2.9)'"),
  ...lavfi('sine=d=4:r=48000'),
  ...everySecond,
  ...h264,
);
const id = 'file_aaaa';

/** How bright the brightest picture is, of 255. */
const brightest = async (path: string): Promise<number> => {
  const look = ['-vf', 'signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-', '-map', '0:v:0'];
  const argv = ['-v', 'error', '-allowed_extensions', 'ALL', '-i', path, ...look, '-f', 'null', '-'];
  const { stdout } = await promisify(execFile)(real.ffmpeg, path.endsWith('.m3u8') ? argv : argv.toSpliced(2, 2));
  return Math.max(...[...stdout.matchAll(/YAVG=([\d.]+)/g)].map(([, value]) => Number(value)));
};

it.each<[string, OperationId, Record<string, unknown>, readonly string[]]>([
  ['in a ladder', 'transcode', { output_format: 'hls', preset: 'fast' }, ['source']],
  ['at another rate', 'transcode', { fps: 24 }, ['source']],
  ['where the rate is constant', 'transcode', { output_format: 'ts', fps: 24 }, ['source']],
  ['joined', 'video.concat', { clips: [id, id], width: 320, height: 180, fps: 24 }, ['clips-0', 'clips-1']],
])('a last picture that stays for less than half a frame is seen %s', async (_, operation, params, names) => {
  const { artifacts } = await runOn(exec, operation, params, Object.fromEntries(names.map((name) => [name, film])));
  const [artifact] = artifacts;
  const path = artifact?.kind === 'bundle' ? `${artifact.path}/${artifact.main}` : (artifact?.path ?? '');
  expect(await brightest(path)).toBeGreaterThan(200);
});
