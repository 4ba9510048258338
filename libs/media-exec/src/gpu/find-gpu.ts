import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gpuEncoders } from '@ffapi/contracts';
import { codeOfResult } from '../process/classify.ts';
import { runTool } from '../process/run-tool.ts';
import { ffmpeg, toolCommand, type Tools } from '../tools/index.ts';

/** What of a GPU is used; given only to the tools of the pool of GPUs. */
export interface GpuOptions {
  /** Its number, as the driver counts; absent: the driver's choice. */
  readonly device?: number;
  readonly mayDecode: boolean;
  readonly mayFilter: boolean;
}

/** What the GPU was seen to do. */
export interface GpuFindings {
  readonly encoders: readonly string[];
  /** By codec. */
  readonly decoders: readonly string[];
  readonly canScale: boolean;
  /** The tool's words about each encoder that does not work. */
  readonly complaints: Readonly<Record<string, string>>;
}

/** Codecs that NVDEC may know, with who makes a sample of each. */
const decodable: Readonly<Record<string, string>> = {
  h264: 'libx264',
  hevc: 'libx265',
  av1: 'libsvtav1',
  vp9: 'libvpx-vp9',
  mpeg2video: 'mpeg2video',
};

/** Large enough for every encoder and decoder of NVIDIA's. */
const sample = ['-f', 'lavfi', '-i', 'testsrc2=s=256x256:r=25:d=0.12', '-pix_fmt', 'yuv420p'];

type Run = (argv: readonly string[]) => Promise<string | null>;

/** The tool in the sandbox of the jobs, in one folder for all its calls; a call gives its complaint, or `null`. */
const inSandbox = async <T>(tools: Tools, work: (run: Run) => Promise<T>): Promise<T> => {
  const workDir = await mkdtemp(join(tmpdir(), 'ffapi-gpu-'));
  const run: Run = async (argv) => {
    const whole = ['-hide_banner', '-nostdin', '-y', '-loglevel', 'error', ...argv];
    const command = toolCommand(tools, ffmpeg, whole, { inputs: {}, workDir });
    const result = await runTool({ ...command, ...ffmpeg.look, stdout: 'capture' });
    const code = codeOfResult(result, tools.sandbox.level, ffmpeg);
    return code === null ? null : result.stderrTail.split('\n')[0]?.replace(/ @ 0x[0-9a-f]+/g, '') || code;
  };
  try {
    await mkdir(join(workDir, 'scratch'));
    return await work(run);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
};

const deviceOf = (option: string, { device }: GpuOptions): string[] =>
  device === undefined ? [] : [option, String(device)];

const findEncoders = async (run: Run, gpu: GpuOptions): Promise<Pick<GpuFindings, 'encoders' | 'complaints'>> => {
  const complaints: Record<string, string> = {};
  // One after the other: a card may have few sessions, and others use them, too.
  for (const encoder of Object.values(gpuEncoders)) {
    const complaint = await run([...sample, '-c:v', encoder, ...deviceOf('-gpu', gpu), '-f', 'null', '-']);
    if (complaint !== null) complaints[encoder] = complaint;
  }
  return { encoders: Object.values(gpuEncoders).filter((encoder) => complaints[encoder] === undefined), complaints };
};

const decodeArgs = (codec: string, gpu: GpuOptions, filters: string): string[] => [
  '-hwaccel',
  'cuda',
  ...deviceOf('-hwaccel_device', gpu),
  '-hwaccel_output_format',
  'cuda',
  '-c:v',
  codec,
  '-i',
  `${codec}.mkv`,
  '-vf',
  // Frames that the CPU decoded instead cannot be taken back from the GPU: this fails then.
  `${filters}hwdownload,format=nv12`,
  '-f',
  'null',
  '-',
];

const findDecoders = async (run: Run, gpu: GpuOptions): Promise<string[]> => {
  const made = await Promise.all(
    Object.entries(decodable).map(async ([codec, maker]) => {
      const complaint = await run([...sample, '-c:v', maker, `${codec}.mkv`]);
      return complaint === null ? [codec] : [];
    }),
  );
  const decoders: string[] = [];
  for (const codec of made.flat()) if ((await run(decodeArgs(codec, gpu, ''))) === null) decoders.push(codec);
  return decoders;
};

/**
 * Tries what a GPU can do, in the sandbox of the jobs: that a build lists an encoder, or that a machine has a card,
 * proves nothing. Training cards have no NVENC, a container may lack half of the driver.
 */
export const findGpu = (tools: Tools, gpu: GpuOptions): Promise<GpuFindings> =>
  inSandbox(tools, async (run) => {
    const found = await findEncoders(run, gpu);
    const decoders = gpu.mayDecode && found.encoders.length > 0 ? await findDecoders(run, gpu) : [];
    const [codec] = decoders;
    const canScale =
      gpu.mayFilter &&
      codec !== undefined &&
      (await run(decodeArgs(codec, gpu, 'scale_cuda=w=128:h=128:interp_algo=lanczos:format=nv12,'))) === null;
    return { ...found, decoders, canScale };
  });
