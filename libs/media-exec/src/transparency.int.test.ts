import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { OperationId } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { execOf, file, made, real, runOn } from './fixtures/scratch.ts';

const exec = execOf();

/** Two seconds of which the left half can be seen through. */
const half = "color=red:s=128x64:r=25:d=2,format=yuva420p,geq=lum='p(X,Y)':a='if(lt(X,64),0,255)'";
const drawn = (name: string, ...argv: string[]): Promise<string> => made(name, '-f', 'lavfi', '-i', half, ...argv);
const sources = [
  ['VP9 in WebM', await drawn('a.webm', '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-auto-alt-ref', '0')],
  ['ProRes 4444', await drawn('a.mov', '-c:v', 'prores_ks', '-profile:v', '4444', '-pix_fmt', 'yuva444p10le')],
  ['QuickTime Animation', await drawn('b.mov', '-c:v', 'qtrle', '-pix_fmt', 'argb')],
] as const;
const lost = (warnings: readonly string[]): boolean => warnings.some((text) => text.startsWith('transparency is lost'));

/** How opaque the left and the right of the first picture are. */
const opacities = async (path: string): Promise<number[]> => {
  const look = 'alphaextract,scale=2:1:flags=area,format=gray';
  const argv = ['-v', 'error', '-c:v', 'libvpx-vp9', '-i', path, '-vf', look, '-frames:v', '1', '-f', 'rawvideo', '-'];
  return [...(await promisify(execFile)(real.ffmpeg, argv, { encoding: 'buffer' })).stdout];
};

describe.each(sources)('%s', (_, source) => {
  it.each([
    [
      [
        { type: 'flip', params: { direction: 'vertical' } },
        { type: 'speed', params: { factor: 2 } },
      ],
    ],
    [[{ type: 'scale', params: { width: 64, height: 32 } }]],
    [
      [
        { type: 'rotate', params: { degrees: 180 } },
        { type: 'flip', params: { direction: 'horizontal' } },
      ],
    ],
  ])('stays transparent in WebM behind %j', async (filters) => {
    const params = { filters, output_format: 'webm', preset: 'fast' };
    const { artifacts, warnings } = await runOn(exec, 'video.filter', params, { source });
    expect(lost(warnings)).toBe(false);
    const [left = 255, right = 0] = await opacities(artifacts[0]?.path ?? '');
    expect([left < 40, right > 215]).toEqual([true, true]);
  });

  const canvas = { width: 128, height: 64, fps: 25 };
  const grey = [{ type: 'grayscale' }];
  it.each([
    ['video.filter', { filters: grey, output_format: 'webm' }, ['source']],
    ['video.filter', { filters: [{ type: 'flip', params: { direction: 'vertical' } }] }, ['source']],
    ['subtitles.burn_in', {}, ['source']],
    ['video.concat', { clips: ['file_aaaa', 'file_aaaa'], ...canvas }, ['clips-0', 'clips-1']],
    ['compose.from_urls', canvas, ['video']],
  ] as const)('is said to lose it in %s %j', async (operation: OperationId, params, names) => {
    const subtitle = await file('cues.srt', '1\n00:00:00,100 --> 00:00:00,400\nHello\n');
    const inputs = Object.fromEntries(names.map((name) => [name, source]));
    const text = operation === 'subtitles.burn_in' ? [['subtitle', subtitle] as const] : [];
    const { warnings } = await runOn(exec, operation, params, { ...inputs, ...Object.fromEntries(text) });
    expect(lost(warnings)).toBe(true);
  });
});
