import { colourAt, frameAt, frameChecksums, frameSsim, levelDb, lumaAt } from '../measure.ts';
import type { Material } from '../material.ts';
import { together, within } from '../measured-case.ts';
import type { MeasuredCase } from '../measured-case.ts';
import { wholeFilm } from './whole-film.ts';

/** A clip of another size, rate and shape, without sound. */
const narrow = (material: Material): Promise<string> =>
  material.made(
    'narrow.mkv',
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=480x480:r=25:d=2',
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-g',
    '25',
  );

/** Joined clips: exact frames, every clip's own picture, sound only where there was some. */
export const concatCases: readonly MeasuredCase[] = [
  {
    name: 'alike clips are copied',
    operation: 'video.concat',
    params: { clips: ['file_aaaa', 'file_bbbb'], fps: 24 },
    inputs: async ({ film }) => ({ 'clips-0': film, 'clips-1': film }),
    measure: async (made) => {
      const source = await frameChecksums(made.inputs['clips-0'] ?? '');
      const joined = await frameChecksums(made.path());
      const isCopied = (made.outcome.plan.result as { method?: string }).method === 'copy';
      const isSame = joined.join() === [...source, ...source].join();
      return together(await wholeFilm(made, 2 * source.length), {
        figures: {},
        misses: [...(isCopied ? [] : ['encoded']), ...(isSame ? [] : ['frames differ from the clips’ own'])],
      });
    },
  },
  {
    name: 'different clips become one',
    operation: 'video.concat',
    params: { clips: ['file_aaaa', { url: 'file_bbbb', start: 0.5, end: 2.5 }], width: 640, height: 360, fps: 24 },
    inputs: async (material) => ({ 'clips-0': await narrow(material), 'clips-1-url': material.film }),
    measure: async (made) => {
      const film = made.inputs['clips-1-url'] ?? '';
      const ssim = await frameSsim([made.path(), frameAt(3)], [film, frameAt(1.5)]);
      return together(
        await wholeFilm(made, 96),
        within({
          ssim: [ssim, 0.95, 1],
          bar: [await lumaAt(made.path(), 1), 1, 254],
          silent: [await levelDb(made.path(), { from: 0.2, to: 1.8 }), -200, -80],
          heard: [
            (await levelDb(made.path(), { from: 2.1, to: 3.9 })) - (await levelDb(film, { from: 0.6, to: 2.4 })),
            -12,
            6,
          ],
        }),
      );
    },
  },
  {
    name: 'colours of small pictures stay what they are',
    operation: 'video.concat',
    params: { clips: ['file_aaaa'], width: 1280, height: 720, fps: 24, preset: 'quality' },
    inputs: async ({ made }) => ({
      'clips-0': await made('red.mkv', '-f', 'lavfi', '-i', 'color=red:s=320x180:r=24:d=1', '-pix_fmt', 'yuv420p'),
    }),
    measure: async (made) => {
      const [red, green, blue] = await colourAt(made.path(), 0.5);
      return within({ red: [red, 249, 255], green: [green, 0, 6], blue: [blue, 0, 6] });
    },
  },
  {
    name: 'clips fade into each other',
    operation: 'video.concat',
    params: {
      clips: [
        {
          url: 'file_aaaa',
          start: 0,
          end: 2,
        },
        {
          url: 'file_bbbb',
          start: 0,
          end: 2,
        },
      ],
      width: 640,
      height: 360,
      fps: 24,
      crossfade: { duration: 1 },
    },
    inputs: async (material) => ({ 'clips-0-url': material.film, 'clips-1-url': await narrow(material) }),
    measure: async (made) => {
      const film = made.inputs['clips-0-url'] ?? '';
      const before = await frameSsim([made.path(), frameAt(0.5)], [film, frameAt(0.5)]);
      const middle = await frameSsim([made.path(), frameAt(1.5)], [film, frameAt(1.5)]);
      const after = await frameSsim([made.path(), frameAt(2.9)], [film, frameAt(1.9)]);
      return together(
        await wholeFilm(made, 72),
        within({ before: [before, 0.95, 1], middle: [middle, 0.2, 0.95], after: [after, -1, 0.6] }),
      );
    },
  },
];
