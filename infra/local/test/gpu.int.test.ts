import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import type { JobResource } from '@ffapi/contracts';
import { createGpuDouble, freePorts } from '@ffapi/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../src/platform.ts';
import { call, dir, done, eventually, fileId, platform } from './testbed.ts';

// No GPU is here: what stands for one encodes on the CPU and fails when it is told to. The rest is the platform.
const double = createGpuDouble(join(dir, 'double'), process.env.FFMPEG_PATH ?? '/usr/bin/ffmpeg');
process.env.PATH = `${double.bin}:${process.env.PATH}`;

let gpu: { platform: Platform; ready: () => Promise<{ status: number; body: unknown }> } | null = null;

/** A process of its own service beside the platform, as on another machine. */
const startGpu = async (more: Record<string, string> = {}): Promise<NonNullable<typeof gpu>> => {
  const [port = 0] = await freePorts(1);
  const config = loadConfig({
    SERVICES: 'transcode-gpu',
    ENABLE_GPU: 'true',
    FFMPEG_PATH: double.ffmpeg,
    FFMPEG_STALL_SECONDS: '2',
    FFAPI_DATA_DIR: join(dir, 'data'),
    NATS_URL: platform.natsUrl,
    EVENT_STORE_DURABILITY: 'trusted',
    METRICS_PORT: String(port),
    LOG_LEVEL: 'silent',
    ...more,
  });
  const started = await startPlatform(config);
  gpu = {
    platform: started,
    ready: async () => {
      const response = await fetch(`http://127.0.0.1:${port}/health/ready`);
      return { status: response.status, body: await response.json() };
    },
  };
  return gpu;
};

const workers = async (): Promise<{ pool: string; capabilities: { hardwareEncoders?: string[] } }[]> =>
  (await call<{ data: Awaited<ReturnType<typeof workers>> }>('GET', '/admin/workers')).body.data;
const startWorkingGpu = async (): Promise<void> => {
  double.set('fine');
  await startGpu();
  await eventually(async () => (await workers()).some(({ pool }) => pool === 'transcode-gpu'));
};

afterEach(async () => {
  await gpu?.platform.stop();
  gpu = null;
});

const encode = { crf: 30, preset: 'fast', resolution: '160x90' };
const transcode = (more: Record<string, unknown> = {}): Promise<JobResource> =>
  done('/v1/transcode', { ...encode, input_url: fileId, ...more });

interface Told {
  readonly type: string;
  readonly data: Record<string, unknown>;
}
/** What happened to the work of a job, as its history tells. */
const storyOf = async ({ job_id }: JobResource): Promise<string[]> => {
  const { body } = await call<{ data: Told[] }>('GET', `/v1/jobs/${job_id}/history`);
  const shown: Readonly<Record<string, readonly string[]>> = {
    TaskRerouted: ['pool', 'reason'],
    TaskStarted: ['pool'],
    TaskFellBack: ['from', 'to', 'reason'],
    TaskHandedBack: ['reason'],
    TaskCompleted: [],
    TaskFailed: [],
  };
  return body.data.flatMap(({ type, data }) =>
    data.kind === 'operation' ? [[type, ...(shown[type] ?? []).map((field) => String(data[field]))].join(' ')] : [],
  );
};

const toGpu = ['TaskRerouted transcode-gpu gpu_worker', 'TaskStarted transcode-gpu'];
const onCpu = ['TaskStarted transcode-cpu', 'TaskCompleted'];

describe('a service for GPUs on a machine without one', () => {
  it('takes nothing, is not ready and says why; the CPU does the work at once', async () => {
    double.set('no-gpu');
    const { ready } = await startGpu();
    expect(await ready()).toMatchObject({
      status: 503,
      body: { components: { gpu: { status: 'down', detail: { reason: expect.stringContaining('libcuda') } } } },
    });
    const job = await transcode();
    expect(await storyOf(job)).toEqual(onCpu);
    expect(job).toMatchObject({ ffmpeg_stats: { device: 'cpu' }, warnings: [] });
    expect((await workers()).map(({ pool }) => pool)).not.toContain('transcode-gpu');
    expect((await call('GET', '/gpu/test')).body).toEqual({ status: 'disabled', encoders: [] });
  });

  it('is not ready where nobody has enabled it', async () => {
    const { ready } = await startGpu({ ENABLE_GPU: 'false' });
    expect(await ready()).toMatchObject({
      status: 503,
      body: { components: { gpu: { detail: { reason: 'ENABLE_GPU is not set' } } } },
    });
  });
});

it('a GPU gets the work that it can do, a grade lower after each failure, and the CPU what is left', async () => {
  await startWorkingGpu();
  expect((await gpu?.ready())?.status).toBe(200);
  expect((await call('GET', '/health/detailed')).body).toMatchObject({
    status: 'healthy',
    components: { gpu: { status: 'up', driver: '000.00', utilization: 7, encoders: ['h264_nvenc', 'hevc_nvenc'] } },
  });
  expect((await call('GET', '/gpu/test')).body).toEqual({ status: 'success', encoders: ['h264_nvenc', 'hevc_nvenc'] });

  const fine = await transcode();
  expect(await storyOf(fine)).toEqual([...toGpu, 'TaskCompleted']);
  expect(fine).toMatchObject({ ffmpeg_stats: { device: 'gpu' }, warnings: [], outputs: [{ media: { width: 160 } }] });

  const planned = await call('POST', '/v1/transcode?dry_run=true', { ...encode, input_url: fileId });
  expect(JSON.stringify(planned.body)).toContain('scale_cuda');

  // What this GPU lacks, and what nobody wants there, it does not get.
  expect(await storyOf(await transcode({ codec: 'av1' }))).toEqual(onCpu);
  expect(await storyOf(await transcode({ hardware: 'cpu' }))).toEqual(onCpu);

  double.set('no-decoder');
  const decoded = await transcode();
  expect(await storyOf(decoded)).toEqual([...toGpu, 'TaskFellBack gpu gpu_encode decode_failed', 'TaskCompleted']);
  expect(decoded).toMatchObject({
    ffmpeg_stats: { device: 'gpu' },
    warnings: ['the GPU could not decode it (decode_failed); decoded on the CPU'],
  });

  double.set('no-encoder');
  const left = await transcode({ hardware: 'gpu' });
  expect(await storyOf(left)).toEqual([
    ...toGpu,
    'TaskFellBack gpu cpu encode_failed',
    'TaskHandedBack gpu_failed',
    'TaskRerouted transcode-cpu gpu_failed',
    ...onCpu,
  ]);
  expect(left).toMatchObject({ status: 'completed', ffmpeg_stats: { device: 'cpu' } });
  expect(left.warnings[0]).toBe('the GPU could not do it (encode_failed); encoded on the CPU');

  double.set('hang');
  const hung = await transcode();
  expect(await storyOf(hung)).toEqual([...toGpu, 'TaskFellBack gpu gpu_encode stalled', 'TaskCompleted']);
});
