import { tmpdir } from 'node:os';
import { runTool } from '../process/run-tool.ts';

/** A GPU as NVIDIA's own tool tells of it. */
export interface GpuDevice {
  readonly name: string;
  readonly driver: string;
  /** Of its computing part, in percent; `null` where the card does not tell. */
  readonly utilization: number | null;
}

/** The first line of `nvidia-smi --format=csv,noheader,nounits`; `null` when it is none. */
export const parseGpuDevice = (text: string): GpuDevice | null => {
  const [name, driver, utilization] = text.split('\n', 1)[0]?.split(', ') ?? [];
  if (!name || !driver || utilization === undefined) return null;
  return { name, driver, utilization: /^\d+$/.test(utilization.trim()) ? Number(utilization) : null };
};

/** What nvidia-smi says of the GPU; `null` where there is no such program, or it has no answer. */
export const readGpuDevice = async (device?: number): Promise<GpuDevice | null> => {
  const { exitCode, stdout } = await runTool({
    command: 'nvidia-smi',
    args: [
      '--query-gpu=name,driver_version,utilization.gpu',
      '--format=csv,noheader,nounits',
      ...(device === undefined ? [] : [`--id=${device}`]),
    ],
    cwd: tmpdir(),
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LANG: 'C.UTF-8' },
    wallClockMs: 5_000,
    stallMs: 5_000,
    stdout: 'capture',
  });
  return exitCode === 0 ? parseGpuDevice(stdout) : null;
};
