import { tool } from './measure.ts';

type Means = Readonly<Record<string, number>>;

const decode = (path: string, graph: string): Promise<{ stdout: string; stderr: string }> =>
  tool('ffmpeg', ['-v', 'error', '-nostdin', '-i', path, '-map', '0:v:0', '-vf', graph, '-f', 'null', '-']);

/** Means over all frames of what signalstats says about a file, or about what a graph makes of it: `YAVG`, `SATAVG` … */
export const means = async (path: string, graph = 'null'): Promise<Means> => {
  const { stdout } = await decode(path, `${graph},signalstats,metadata=mode=print:file=-`);
  const sums = new Map<string, { sum: number; count: number }>();
  for (const [, key = '', value] of stdout.matchAll(/lavfi\.signalstats\.([A-Z]+)=([-\d.]+)/g)) {
    const { sum, count } = sums.get(key) ?? { sum: 0, count: 0 };
    sums.set(key, { sum: sum + Number(value), count: count + 1 });
  }
  return Object.fromEntries([...sums].map(([key, { sum, count }]) => [key, sum / count]));
};

/** How much edge a picture has: the mean of its Sobel filter. */
export const edges = async (path: string, graph = 'null'): Promise<number> =>
  (await means(path, `${graph},format=gray,sobel,format=yuv420p`)).YAVG ?? 0;

export interface Side {
  readonly path: string;
  readonly graph?: string;
}

const compare = async (metric: 'psnr' | 'ssim', out: Side, reference: Side): Promise<string> => {
  const prepared = ({ graph = 'null' }: Side, n: number): string =>
    `[${n}:v:0]${graph},settb=AVTB,setpts=N/24/TB,format=yuv420p[s${n}]`;
  const lavfi = `${prepared(out, 0)};${prepared(reference, 1)};[s0][s1]${metric}`;
  const argv = ['-v', 'info', '-nostats', '-nostdin', '-i', out.path, '-i', reference.path];
  return (await tool('ffmpeg', [...argv, '-lavfi', lavfi, '-f', 'null', '-'])).stderr;
};

/** The most that is told apart from identical. */
export const identicalDb = 100;

/** Mean PSNR over frames in order, luma and chroma; `identicalDb` where nothing differs. */
export const psnr = async (out: Side, reference: Side): Promise<number> => {
  const value = /average:(inf|[\d.]+)/.exec(await compare('psnr', out, reference))?.[1];
  return value === 'inf' ? identicalDb : Number(value ?? 0);
};

export const ssim = async (out: Side, reference: Side): Promise<number> =>
  Number(/SSIM .*All:([\d.]+)/.exec(await compare('ssim', out, reference))?.[1] ?? 0);

/** A hash of every frame, in order. */
export const frameHashes = async (path: string, graph = 'null'): Promise<string[]> => {
  const argv = ['-v', 'error', '-nostdin', '-i', path, '-map', '0:v:0', '-vf', graph, '-f', 'framemd5', '-'];
  const { stdout } = await tool('ffmpeg', argv);
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(',').at(-1)?.trim() ?? '');
};

/** How many frames a file has, by decoding it. */
export const frameCount = async (path: string): Promise<number> => (await frameHashes(path)).length;

/** How many frames two files have alike, by place. */
export const sameFrames = async (out: Side, reference: Side): Promise<number> => {
  const [a, b] = await Promise.all([out, reference].map(({ path, graph }) => frameHashes(path, graph)));
  return (a ?? []).filter((hash, n) => hash === b?.[n]).length;
};

/** PSNR of each frame with the one before it, as a mean: how steady a camera is. */
export const steadiness = async (path: string, graph = 'null'): Promise<number> =>
  psnr({ path, graph: `${graph},trim=start_frame=1` }, { path, graph });
