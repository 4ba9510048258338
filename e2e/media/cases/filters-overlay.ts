import { join } from 'node:path';
import { tool } from '../measure.ts';
import { within } from '../measured-case.ts';
import type { MeasuredCase } from '../measured-case.ts';
import { psnr, sameFrames } from '../picture-measures.ts';
import { altered, clipFrames, filterCase, logo } from './filter-material.ts';

const image = { image_url: 'file_abcd' };
const half = clipFrames / 2;

/** What tesseract reads in the frame that a graph of a file gives first. */
const readText = async (path: string, graph: string, folder: string): Promise<string> => {
  const png = join(folder, 'text.png');
  await tool('ffmpeg', ['-v', 'error', '-y', '-i', path, '-vf', graph, '-frames:v', '1', png]);
  const { stdout } = await tool('tesseract', [png, '-', '--psm', '6']);
  return stdout.trim();
};

const lettersOf = (text: string): string => text.replaceAll(/[’‘]/g, "'").replaceAll(/\s+/g, ' ');
const written = "It's 100% [ours]: {a}; b, c";

export const overlayCases: readonly MeasuredCase[] = [
  filterCase({
    name: 'watermark in its corner, and nowhere else',
    filters: [{ type: 'watermark', params: { ...image, opacity: 1 } }],
    sides: async (material) => ({ 'filters-0-params-image_url': await logo(material) }),
    measure: async (out, source, { inputs }) => {
      const hidden = 'drawbox=x=524:y=292:w=96:h=48:t=fill';
      const mark = { path: inputs['filters-0-params-image_url'] ?? '', graph: 'scale=96:48,crop=56:24:20:12' };
      return within({
        outside: [
          await sameFrames({ path: out, graph: hidden }, { path: source, graph: hidden }),
          clipFrames,
          clipFrames,
        ],
        logoDb: [await psnr({ path: out, graph: 'crop=56:24:544:304' }, mark), 25, 100],
      });
    },
  }),
  filterCase({
    name: 'image for half of the time',
    filters: [{ type: 'image_overlay', params: { ...image, x: 100, y: 50, opacity: 0.5, start: 0.5 } }],
    sides: async (material) => ({ 'filters-0-params-image_url': await logo(material) }),
    measure: async (out, source) => {
      const hidden = 'drawbox=x=100:y=50:w=120:h=60:t=fill';
      return within({
        untouched: [await sameFrames({ path: out }, { path: source }), half, half],
        outside: [
          await sameFrames({ path: out, graph: hidden }, { path: source, graph: hidden }),
          clipFrames,
          clipFrames,
        ],
      });
    },
  }),
  filterCase({
    name: 'text, read back',
    filters: [{ type: 'text', params: { text: written, font_size: 32, start: 0.5, position: 'center' } }],
    source: (material) => altered(material, 'plain.mp4', 'lutyuv=y=60:u=128:v=128'),
    measure: async (out, source, { folder }) => {
      const read = lettersOf(await readText(out, 'select=gte(n\\,20),negate,scale=iw*2:-2', folder));
      const verdict = within({
        before: [await sameFrames({ path: out }, { path: source }), half, half],
        empty: [(await readText(out, 'negate', folder)).length, 0, 0],
      });
      return {
        figures: { ...verdict.figures, read },
        misses: [...verdict.misses, ...(read === written ? [] : [`${read} was read instead of ${written}`])],
      };
    },
  }),
];
