import { frameSsim, packets } from '../measure.ts';
import { smallFilm } from '../material.ts';
import type { Material } from '../material.ts';
import { readList, sceneList } from '../scene-list.ts';
import { together, within } from '../measured-case.ts';
import type { Made, MeasuredCase, Verdict } from '../measured-case.ts';

interface Stills {
  readonly thumbnails: readonly { readonly name: string; readonly timestamp: number }[];
}

const longSeconds = 120;
const stillsOf = ({ outcome }: Made): Stills['thumbnails'] => (outcome.plan.result as unknown as Stills).thumbnails;

/** The small film again and again. */
const longFilm = async (material: Material, name: string, ...argv: readonly string[]): Promise<string> => {
  const film = await smallFilm(material);
  return material.made(name, '-stream_loop', '4', '-i', film, '-an', '-t', String(longSeconds), ...argv);
};

/** Each still beside the first frame at or after its time in a decode of everything. */
const showTheirTimes = async (made: Made): Promise<Verdict> => {
  const source = made.inputs.source ?? '';
  const stills = stillsOf(made);
  const { endMs } = await packets({ path: source, stream: 0 });
  const part = endMs / 1000 / stills.length;
  const verdicts = [within({ stills: [stills.length, 4, 4] })];
  for (const [n, { name, timestamp }] of stills.entries()) {
    const frame = `select=gte(t\\,${timestamp}),scale=320:180:flags=lanczos`;
    const ssim = await frameSsim([made.path(name), 'null'], [source, frame], 'rgb24');
    verdicts.push(within({ [name]: [ssim, 0.99, 1], [`${name} at`]: [timestamp, n * part, (n + 1) * part] }));
  }
  return together(...verdicts);
};

/** How many stills are keyframes, as ffprobe finds them in the packets. */
const keyframesAmong = async (made: Made, least: number, most = 4): Promise<Verdict> => {
  const { keyframes } = await packets({ path: made.inputs.source ?? '', stream: 0 });
  const isKeyframe = (timeMs: number): boolean => keyframes.some((keyframe) => Math.abs(keyframe - timeMs) <= 1);
  const found = stillsOf(made).filter(({ timestamp }) => isKeyframe(timestamp * 1000));
  return within({ keyframes: [found.length, least, most] });
};

const params = { count: 4, method: 'uniform', width: 320, format: 'png' };
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast'];
const x265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'keyint=120:open-gop=1:log-level=error'];

/** So many parts are short enough for all of the film to be looked at. */
const changeCount = 14;

/** Smart picks of a list of scenes whose changes are known. */
const changeCase = (list: 'first' | 'second'): MeasuredCase => ({
  name: `smart stills of the ${list} list of scenes show no change`,
  operation: 'video.thumbnails',
  params: { count: changeCount },
  inputs: async (material) => ({ source: await sceneList(material, list) }),
  measure: async (made) => {
    const { gradual } = readList(list);
    const during = stillsOf(made).filter(({ timestamp }) =>
      gradual.some(({ from, to }) => timestamp > from && timestamp < to),
    );
    return within({
      stills: [stillsOf(made).length, changeCount, changeCount],
      'during a change': [during.length, 0, 0],
    });
  },
});

/** Stills of the film, compared with the frames of a whole decode. */
export const thumbnailCases: readonly MeasuredCase[] = [
  {
    name: 'evenly spaced stills show their instants',
    operation: 'video.thumbnails',
    params,
    inputs: async ({ film }) => ({ source: film }),
    measure: showTheirTimes,
  },
  ...(['uniform', 'random', 'smart'] as const).map((method): MeasuredCase => ({
    name: `${method} stills of a long film are keyframes, and the times are theirs`,
    operation: 'video.thumbnails',
    params: { ...params, method },
    inputs: async (material) => ({ source: await longFilm(material, 'long.mp4', ...x264, '-g', '100') }),
    // A draw at the very start of its part has no keyframe of that part before it.
    measure: async (made) =>
      together(await showTheirTimes(made), await keyframesAmong(made, method === 'random' ? 3 : 4)),
  })),
  changeCase('first'),
  changeCase('second'),
  {
    name: 'stills of open groups of pictures in a transport stream are whole',
    operation: 'video.thumbnails',
    params,
    inputs: async (material) => ({ source: await longFilm(material, 'open.ts', ...x265) }),
    measure: showTheirTimes,
  },
  {
    name: 'stills of a film with one keyframe are decoded to their instants',
    operation: 'video.thumbnails',
    params,
    inputs: async (material) => ({
      source: await longFilm(material, 'one.mkv', ...x264, '-g', '100000', '-sc_threshold', '0'),
    }),
    measure: async (made) => together(await showTheirTimes(made), await keyframesAmong(made, 0, 0)),
  },
];
