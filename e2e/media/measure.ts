import { execFile } from 'node:child_process';

export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a measuring tool outside of the product's sandbox, so that the product does not judge itself. */
export const tool = (name: 'ffmpeg' | 'ffprobe' | 'tesseract', argv: readonly string[]): Promise<Said> =>
  new Promise((resolve, reject) => {
    execFile(name, argv, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
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
    '0',
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

/** SSIM of a still against the first frame that a graph of another file gives. */
export const pictureSsim = async (still: string, file: string, graph: string): Promise<number> => {
  const lavfi = `[1:v:0]${graph},format=rgb24[ref];[0:v:0]format=rgb24[out];[out][ref]ssim`;
  const argv = [
    '-v',
    'info',
    '-nostats',
    '-i',
    still,
    '-i',
    file,
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
