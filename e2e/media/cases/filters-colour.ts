import { within } from '../measured-case.ts';
import type { MeasuredCase } from '../measured-case.ts';
import { means, psnr } from '../picture-measures.ts';
import { altered, filterCase } from './filter-material.ts';

const value = (ref: Readonly<Record<string, number>>, key: string): number => ref[key] ?? Number.NaN;
const spread = (ref: Readonly<Record<string, number>>): number => value(ref, 'YHIGH') - value(ref, 'YLOW');

// Darker and duller, so that nothing is clipped when it is made lighter and stronger.
const soft = 'lutyuv=y=val*0.6+20:u=(val-128)*0.4+128:v=(val-128)*0.4+128';
const x265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error'];

/** A green wall with a piece of the film before it. */
const subject = 'crop=200:120:220:120';
const before = 'pad=640:360:220:120:color=0x00FF00';
const onGreen = `${subject},format=yuv444p,${before},format=yuv420p`;

export const colourCases: readonly MeasuredCase[] = [
  filterCase({
    name: 'brightness adds to luma only',
    filters: [{ type: 'brightness', params: { value: 0.2 } }],
    source: (material) => altered(material, 'soft.mp4', soft),
    measure: async (out, source) => {
      const [a, b] = [await means(source), await means(out)];
      return within({
        luma: [value(b, 'YAVG') - value(a, 'YAVG'), 47, 53],
        cb: [value(b, 'UAVG') - value(a, 'UAVG'), -0.5, 0.5],
        cr: [value(b, 'VAVG') - value(a, 'VAVG'), -0.5, 0.5],
      });
    },
  }),
  filterCase({
    name: 'contrast spreads luma',
    filters: [{ type: 'contrast', params: { value: 1.5 } }],
    source: (material) => altered(material, 'flat.mp4', 'lutyuv=y=(val-126)*0.5+126'),
    measure: async (out, source) =>
      within({ spread: [spread(await means(out)) / spread(await means(source)), 1.425, 1.575] }),
  }),
  filterCase({
    name: 'saturation strengthens colour',
    filters: [{ type: 'saturation', params: { value: 1.8 } }],
    source: (material) => altered(material, 'soft.mp4', soft),
    measure: async (out, source) => {
      const [a, b] = [await means(source), await means(out)];
      return within({
        ratio: [value(b, 'SATAVG') / value(a, 'SATAVG'), 1.71, 1.89],
        luma: [value(b, 'YAVG') - value(a, 'YAVG'), -0.5, 0.5],
      });
    },
  }),
  filterCase({
    name: 'hue turns colour',
    filters: [{ type: 'hue', params: { degrees: 90 } }],
    measure: async (out, source) => {
      const [a, b] = [await means(source), await means(out)];
      // A quarter turn makes (-v, u) of (u, v).
      return within({
        luma: [value(b, 'YAVG') - value(a, 'YAVG'), -0.5, 0.5],
        cb: [value(b, 'UAVG') - 128 + (value(a, 'VAVG') - 128), -1.5, 1.5],
        cr: [value(b, 'VAVG') - 128 - (value(a, 'UAVG') - 128), -1.5, 1.5],
      });
    },
  }),
  filterCase({
    name: 'grayscale leaves no tint',
    filters: [{ type: 'grayscale' }],
    measure: async (out, source) => {
      const [a, b] = [await means(source), await means(out)];
      return within({
        cb: [value(b, 'UAVG'), 128, 128],
        cr: [value(b, 'VAVG'), 128, 128],
        luma: [value(b, 'YAVG') - value(a, 'YAVG'), -0.01, 0.01],
      });
    },
  }),
  filterCase({
    name: 'sepia is brown',
    filters: [{ type: 'sepia' }],
    source: (material) => altered(material, 'soft.mp4', soft),
    measure: async (out) => {
      const tint = await means(out);
      return within({
        cb: [value(tint, 'UAVG'), 104, 120],
        cr: [value(tint, 'VAVG'), 131, 145],
        // The colours of sepia lie on one line: the widest hue is near the mean.
        hue: [Math.abs(value(tint, 'HUEMED') - value(tint, 'HUEAVG')), 0, 8],
      });
    },
  }),
  filterCase({
    name: 'vintage is the curve of that name',
    filters: [{ type: 'vintage' }],
    measure: async (out, source) => {
      const curve = 'scale=in_color_matrix=bt601,format=gbrp,curves=preset=vintage';
      return within({
        likeDb: [await psnr({ path: out }, { path: source, graph: curve }), 35, 100],
        unlikeDb: [await psnr({ path: out }, { path: source }), 5, 31],
      });
    },
  }),
  filterCase({
    name: 'chromakey replaces green',
    filters: [{ type: 'chromakey', params: { background_url: 'file_abcd' } }],
    source: (material) => altered(material, 'green.mp4', onGreen),
    sides: async (material) => ({ 'filters-0-params-background_url': await altered(material, 'back.mp4', 'hflip') }),
    measure: async (out, _, { inputs }) => {
      const back = inputs['filters-0-params-background_url'] ?? '';
      const top = 'crop=640:100:0:0';
      const inside = 'crop=160:80:240:140';
      return within({
        backgroundDb: [await psnr({ path: out, graph: top }, { path: back, graph: top }), 50, 100],
        subjectDb: [await psnr({ path: out, graph: inside }, { path: inputs.source ?? '', graph: inside }), 28, 100],
      });
    },
  }),
  filterCase({
    name: 'chromakey fills with a colour',
    filters: [{ type: 'chromakey', params: { background_color: '#FF8000' } }],
    source: (material) => altered(material, 'green.mp4', onGreen),
    measure: async (out) => {
      const back = await means(out, 'crop=640:100:0:0');
      return within({
        // #FF8000 in BT.601, as the small picture without a tag is read.
        luma: [value(back, 'YAVG'), 146, 148],
        cb: [value(back, 'UAVG'), 52, 54],
        cr: [value(back, 'VAVG'), 192, 194],
      });
    },
  }),
  filterCase({
    name: '10 bits stay',
    filters: [
      { type: 'brightness', params: { value: 0.1 } },
      { type: 'contrast', params: { value: 0.9 } },
    ],
    source: async (material) =>
      material.made('ten.mp4', '-i', await altered(material, 'soft.mp4', soft), '-pix_fmt', 'yuv420p10le', ...x265),
    more: { crf: 12 },
    measure: async (out, source, { outcome }) => {
      const [a, b] = [await means(source), await means(out)];
      const depth = value(await means(out, 'bitplanenoise,null'), 'YBITDEPTH');
      return within({
        depth: [depth, 10, 10],
        // In 10 bits both are counted in quarters.
        luma: [value(b, 'YAVG') / 4 - ((value(a, 'YAVG') / 4 + 25.5 - 125.5) * 0.9 + 125.5), -2, 2],
        warned: [outcome.warnings.filter((text) => text.includes('HEVC')).length, 1, 1],
      });
    },
  }),
];
