import { frameAt, frameSsim, levelDb, lumaAt, packets } from '../measure.ts';
import type { Material } from '../material.ts';
import { together, within } from '../measured-case.ts';
import type { MeasuredCase } from '../measured-case.ts';
import { wholeFilm } from './whole-film.ts';

const tone = (material: Material, hz: number, seconds: number): Promise<string> =>
  material.made(`tone-${hz}-${seconds}.wav`, '-f', 'lavfi', '-i', `sine=f=${hz}:r=48000:d=${seconds},volume=2`);

const framesOf = async (path: string): Promise<number> => (await packets({ path, stream: 0 })).count;

const fromUrlsCases: readonly MeasuredCase[] = [
  {
    name: 'a voice, and music that is repeated',
    operation: 'compose.from_urls',
    params: { width: 640, height: 360, fps: 24, duration: 3, bgm_volume: 0.5, loop_bgm: true },
    inputs: async (material) => ({
      video: material.film,
      audio: await tone(material, 440, 1),
      bgm: await tone(material, 2000, 1),
    }),
    measure: async (made) => {
      const at = (from: number, hz: number) => levelDb(made.path(), { from, to: from + 0.6, hz });
      return together(
        await wholeFilm(made, 72),
        within({
          'voice at first': [await at(0.2, 440), -20, 0],
          'voice later': [await at(1.6, 440), -200, -50],
          'music at last': [(await at(2.2, 2000)) - (await at(0.2, 2000)), -1, 1],
          ssim: [await frameSsim([made.path(), frameAt(1.5)], [made.inputs.video ?? '', frameAt(1.5)]), 0.95, 1],
        }),
      );
    },
  },
  {
    name: 'music steps back under a voice',
    operation: 'compose.from_urls',
    params: { width: 320, height: 180, fps: 24, duration: 3, bgm_volume: 1, loop_bgm: true, ducking: true },
    inputs: async (material) => ({
      video: material.film,
      audio: await tone(material, 440, 1),
      bgm: await tone(material, 2000, 1),
    }),
    measure: async (made) => {
      const at = (from: number) => levelDb(made.path(), { from, to: from + 0.4, hz: 2000 });
      return together(await wholeFilm(made, 72), within({ 'ducked by': [(await at(2.3)) - (await at(0.5)), 6, 40] }));
    },
  },
  {
    name: 'its own sound is kept',
    operation: 'compose.from_urls',
    params: { width: 320, height: 180, fps: 24 },
    inputs: async ({ film }) => ({ video: film }),
    measure: async (made) => {
      const film = made.inputs.video ?? '';
      return together(
        await wholeFilm(made, await framesOf(film)),
        within({ heard: [await levelDb(made.path(), { from: 0, to: 3 }), -60, 0] }),
      );
    },
  },
];

const fromTracksCases: readonly MeasuredCase[] = [
  {
    name: 'each plays at its time',
    operation: 'compose.from_tracks',
    params: {
      width: 640,
      height: 360,
      fps: 24,
      tracks: [
        {
          id: 'film',
          type: 'video',
          muted: true,
          keyframes: [
            {
              url: 'file_aaaa',
              timestamp: 1e3,
              duration: 2e3,
            },
          ],
        },
        {
          id: 'still',
          type: 'video',
          keyframes: [
            {
              url: 'file_bbbb',
              timestamp: 3500,
              duration: 500,
            },
          ],
        },
        {
          id: 'tone',
          type: 'audio',
          keyframes: [
            {
              url: 'file_cccc',
              timestamp: 500,
              duration: 1e3,
            },
          ],
        },
      ],
    },
    inputs: async (material) => ({
      'tracks-0-keyframes-0-url': material.film,
      'tracks-1-keyframes-0-url': await material.made(
        'white.png',
        '-f',
        'lavfi',
        '-i',
        'color=white:s=640x360',
        '-frames:v',
        '1',
      ),
      'tracks-2-keyframes-0-url': await tone(material, 1000, 2),
    }),
    measure: async (made) => {
      const film = made.inputs['tracks-0-keyframes-0-url'] ?? '';
      const level = (from: number, to: number) => levelDb(made.path(), { from, to, hz: 1000 });
      return together(
        await wholeFilm(made, 96),
        within({
          'black before': [await lumaAt(made.path(), 0.5), 14, 18],
          ssim: [await frameSsim([made.path(), frameAt(2)], [film, frameAt(1)]), 0.95, 1],
          'black between': [await lumaAt(made.path(), 3.2), 14, 18],
          'white at last': [await lumaAt(made.path(), 3.75), 230, 236],
          'silent before': [await level(0, 0.45), -200, -60],
          tone: [await level(0.6, 1.4), -20, 0],
          'silent after': [await level(1.6, 3.9), -200, -60],
        }),
      );
    },
  },
];

const imageCases: readonly MeasuredCase[] = [
  {
    name: 'a picture stands still',
    operation: 'image.to_mp4_loop',
    params: { duration: 2, background: '#ffffff' },
    inputs: async (material) => ({
      source: await material.made(
        'half.png',
        '-f',
        'lavfi',
        '-i',
        'color=0x203040@1:s=321x241,format=rgba,geq=r=32:g=48:b=64:a=255*lt(X\\,160)',
        '-frames:v',
        '1',
      ),
    }),
    measure: async (made) => {
      const first = await lumaAt(made.path(), 0);
      return together(
        await wholeFilm(made, 50),
        within({
          'luma, half of it white': [first, 120, 150],
          still: [(await lumaAt(made.path(), 1.9)) - first, -1, 1],
        }),
      );
    },
  },
  {
    name: 'a slow move goes nearer',
    operation: 'image.to_mp4_loop',
    params: { duration: 2, width: 640, height: 360, pan_zoom: { zoom: 2 } },
    inputs: async ({ film, made }) => ({ source: await made('frame.png', '-i', film, '-frames:v', '1') }),
    measure: async (made) => {
      const still = made.inputs.source ?? '';
      const [near, far] = [
        'crop=iw/2:ih/2,scale=640:360:flags=lanczos,setsar=1',
        'scale=640:360:flags=lanczos,setsar=1',
      ];
      return together(
        await wholeFilm(made, 50),
        within({
          'begins whole': [await frameSsim([made.path(), frameAt(0)], [still, far]), 0.93, 1],
          'ends near': [await frameSsim([made.path(), frameAt(1.95)], [still, near]), 0.93, 1],
        }),
      );
    },
  },
];

/** Compositions: exact frames, pictures at their instants, sounds at their times and levels. */
export const composeCases: readonly MeasuredCase[] = [...fromUrlsCases, ...fromTracksCases, ...imageCases];
