import { shape } from '../measure.ts';
import { within } from '../measured-case.ts';
import type { MeasuredCase } from '../measured-case.ts';
import { means, sameFrames, ssim } from '../picture-measures.ts';
import { clipFrames, filterCase } from './filter-material.ts';

const exact = (value: number): readonly [number, number, number] => [value, clipFrames, clipFrames];

const sizeIs = async (path: string, width: number, height: number) => {
  const size = await shape({ path, stream: 0 });
  return { width: [size.width, width, width], height: [size.height, height, height] } as const;
};

/** A filter that loses nothing: another one brings the source back. */
const undone = (name: string, params: Readonly<Record<string, unknown>>, type: 'flip' | 'rotate', by: string) =>
  filterCase({
    name,
    filters: [{ type, params }],
    measure: async (out, source) =>
      within({ same: exact(await sameFrames({ path: out, graph: by }, { path: source })) }),
  });

export const geometryCases: readonly MeasuredCase[] = [
  undone('flip left and right', { direction: 'horizontal' }, 'flip', 'hflip'),
  undone('flip upside down', { direction: 'vertical' }, 'flip', 'vflip'),
  undone('rotate 90', { degrees: 90 }, 'rotate', 'transpose=cclock'),
  undone('rotate 180', { degrees: 180 }, 'rotate', 'hflip,vflip'),
  undone('rotate 270', { degrees: -90 }, 'rotate', 'transpose=clock'),
  filterCase({
    name: 'rotate 15 enlarges the frame',
    filters: [{ type: 'rotate', params: { degrees: 15, fill_color: '#FFFFFF' } }],
    measure: async (out, source) =>
      within({
        ...(await sizeIs(out, 712, 514)),
        corner: [(await means(out, 'crop=40:40:0:0')).YAVG ?? 0, 234, 236],
        turnedBack: [
          await ssim({ path: out, graph: 'rotate=-15*PI/180,crop=400:220' }, { path: source, graph: 'crop=400:220' }),
          0.85,
          1,
        ],
      }),
  }),
  filterCase({
    name: 'crop, of odd sizes',
    filters: [{ type: 'crop', params: { width: 333, height: 201, x: 20, y: 10 } }],
    measure: async (out, source) =>
      within({
        ...(await sizeIs(out, 334, 202)),
        same: exact(
          await sameFrames({ path: out, graph: 'crop=332:200:0:0' }, { path: source, graph: 'crop=332:200:20:10' }),
        ),
        // The line that makes the size even repeats its neighbour.
        edge: exact(
          await sameFrames(
            { path: out, graph: 'extractplanes=y,crop=1:201:333:0:exact=1' },
            { path: out, graph: 'extractplanes=y,crop=1:201:332:0:exact=1' },
          ),
        ),
      }),
  }),
  filterCase({
    name: 'scale keeps the shape',
    filters: [{ type: 'scale', params: { width: 320 } }],
    measure: async (out, source) =>
      within({
        ...(await sizeIs(out, 320, 180)),
        ssim: [await ssim({ path: out }, { path: source, graph: 'scale=320:180:flags=lanczos' }), 0.98, 1],
      }),
  }),
  filterCase({
    name: 'scale into a square with bars',
    filters: [{ type: 'scale', params: { width: 200, height: 200 } }],
    measure: async (out, source) =>
      within({
        ...(await sizeIs(out, 200, 200)),
        bars: [(await means(out, 'crop=200:40:0:0')).YAVG ?? 0, 16, 16],
        ssim: [
          await ssim({ path: out, graph: 'crop=200:112:0:44' }, { path: source, graph: 'scale=200:112:flags=lanczos' }),
          0.97,
          1,
        ],
      }),
  }),
];
