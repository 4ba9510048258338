import { execFile } from 'node:child_process';

export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a measuring tool outside of the product's sandbox, so that the product does not judge itself. */
export const tool = (
  name: 'ffmpeg' | 'ffprobe' | 'tesseract',
  argv: readonly string[],
  encoding: BufferEncoding = 'utf8',
): Promise<Said> =>
  new Promise((resolve, reject) => {
    execFile(name, argv, { encoding, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${name} ${argv.join(' ')}\n${stderr}`));
      else resolve({ stdout, stderr });
    });
  });

/** A video stream of a file or manifest; manifests want an absolute path and leave to open their fragments. */
export interface Target {
  readonly path: string;
  readonly stream: number;
}

const inputOf = (target: Target): string[] =>
  target.path.endsWith('.m3u8') ? ['-allowed_extensions', 'ALL', '-i', target.path] : ['-i', target.path];

/** Times of the packets of one video stream, and which of them are keyframes. */
export const packets = async (target: Target): Promise<{ count: number; keyframes: number[]; endMs: number }> => {
  const { stdout } = await tool('ffprobe', [
    '-v',
    'error',
    '-select_streams',
    `v:${target.stream}`,
    '-show_entries',
    'packet=pts_time,duration_time,flags',
    '-of',
    'csv=p=0',
    ...inputOf(target),
  ]);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const ends = rows.map(([pts, duration]) => (Number(pts) + (Number(duration) || 0)) * 1000);
  const starts = rows.map(([pts]) => Number(pts) * 1000);
  return {
    count: rows.length,
    keyframes: rows.filter((row) => row[2]?.includes('K')).map((row) => Math.round(Number(row[0]) * 1000)),
    endMs: Math.max(...ends) - Math.min(...starts),
  };
};

export const shape = async (target: Target): Promise<{ codec: string; width: number; height: number }> => {
  const { stdout } = await tool('ffprobe', [
    '-v',
    'error',
    '-select_streams',
    `v:${target.stream}`,
    '-show_entries',
    'stream=codec_name,width,height',
    '-of',
    'json',
    ...inputOf(target),
  ]);
  const stream = (JSON.parse(stdout) as { streams: { codec_name: string; width: number; height: number }[] })
    .streams[0];
  return { codec: stream?.codec_name ?? 'none', width: stream?.width ?? 0, height: stream?.height ?? 0 };
};

/** What a strict decode of everything complains about; empty for a clean file. */
export const complaints = async (target: Target): Promise<string> => {
  const { stderr } = await tool('ffmpeg', [
    '-v',
    'error',
    '-xerror',
    ...inputOf(target),
    '-map',
    '0:v?',
    '-map',
    '0:a?',
    '-f',
    'null',
    '-',
  ]);
  return stderr.trim();
};

/** SSIM of luma against the source, scaled the same way; frames are compared in order. */
export const ssimLuma = async (target: Target, source: string, width: number, height: number): Promise<number> => {
  const graph = `[0:v:${target.stream}]settb=AVTB,setpts=N/24/TB,format=yuv420p[out];[1:v:0]scale=${width}:${height}:flags=lanczos,settb=AVTB,setpts=N/24/TB,format=yuv420p[ref];[out][ref]ssim`;
  const { stderr } = await tool('ffmpeg', [
    '-v',
    'info',
    '-nostats',
    ...inputOf(target),
    '-i',
    source,
    '-lavfi',
    graph,
    '-f',
    'null',
    '-',
  ]);
  return Number(/SSIM Y:([\d.]+)/.exec(stderr)?.[1] ?? 0);
};

/** RMS level of the sound in a stretch of time, in dBFS; `hz` keeps only a band of a sixth of an octave around it. */
export const levelDb = async (
  file: string,
  { from, to, hz }: { readonly from: number; readonly to: number; readonly hz?: number },
): Promise<number> => {
  const band = hz === undefined ? [] : [`bandpass=f=${hz}:t=o:w=0.16,bandpass=f=${hz}:t=o:w=0.16`];
  const graph = [`atrim=${from}:${to}`, ...band, 'astats=measure_perchannel=none'].join(',');
  const argv = ['-v', 'info', '-nostats', '-i', file, '-map', '0:a:0', '-af', graph, '-f', 'null', '-'];
  const { stderr } = await tool('ffmpeg', argv);
  const level = /RMS level dB: (-?[\d.]+|-inf)/.exec(stderr)?.[1] ?? 'none';
  return level === '-inf' ? -120 : Number(level);
};

/** SSIM of the first frames that two graphs give. */
export const frameSsim = async (
  [file, graph]: readonly [string, string],
  [reference, referenceGraph]: readonly [string, string],
  format: 'yuv420p' | 'rgb24' = 'yuv420p',
): Promise<number> => {
  const one = (input: number, steps: string, label: string): string =>
    `[${input}:v:0]${steps},trim=end_frame=1,setpts=0,format=${format}[${label}]`;
  const lavfi = `${one(0, graph, 'out')};${one(1, referenceGraph, 'ref')};[out][ref]ssim`;
  const argv = [
    '-v',
    'info',
    '-nostats',
    '-i',
    file,
    '-i',
    reference,
    '-lavfi',
    lavfi,
    '-frames:v',
    '1',
    '-f',
    'null',
    '-',
  ];
  const { stderr } = await tool('ffmpeg', argv);
  return Number(/SSIM .*All:([\d.]+)/.exec(stderr)?.[1] ?? 0);
};

/** The frame at this time, at this size, as a graph for `frameSsim`. */
export const frameAt = (seconds: number, size = '640:360'): string =>
  `select=gte(t\\,${seconds}),scale=${size}:flags=lanczos,setsar=1`;

/** Mean luma of the frame at this time, 0 to 255. */
export const lumaAt = async (file: string, seconds: number): Promise<number> => {
  const graph = `select=gte(t\\,${seconds}),signalstats,metadata=mode=print:file=-`;
  const argv = ['-v', 'error', '-i', file, '-map', '0:v:0', '-vf', graph, '-frames:v', '1', '-f', 'null', '-'];
  const { stdout } = await tool('ffmpeg', argv);
  return Number(/lavfi\.signalstats\.YAVG=([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN);
};

/** Red, green and blue in the middle of the frame at this time, as a player shows them. */
export const colourAt = async (file: string, seconds: number): Promise<[number, number, number]> => {
  const graph = `select=gte(t\\,${seconds}),crop=8:8,scale=1:1,format=rgb24`;
  const argv = ['-v', 'error', '-i', file, '-map', '0:v:0', '-vf', graph, '-frames:v', '1', '-f', 'rawvideo', '-'];
  const pixel = await tool('ffmpeg', argv, 'latin1');
  const [red, green, blue] = Buffer.from(pixel.stdout, 'latin1');
  return [red ?? -1, green ?? -1, blue ?? -1];
};

/** The checksums of all decoded frames, in order. */
export const frameChecksums = async (file: string): Promise<string[]> => {
  const { stdout } = await tool('ffmpeg', ['-v', 'error', '-i', file, '-map', '0:v:0', '-f', 'framemd5', '-']);
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(',').at(-1)?.trim() ?? '');
};
