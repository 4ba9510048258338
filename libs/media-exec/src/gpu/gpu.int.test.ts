import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Plan } from '@ffapi/media';
import { createGpuDouble } from '@ffapi/testkit';
import { describe, expect, it } from 'vitest';
import { capabilities, convert, failureOf, folder, real, shortClip } from '../fixtures/scratch.ts';
import { createMediaExec, type GpuOptions } from '../index.ts';
import { parseGpuDevice } from './gpu-device.ts';

const execute = promisify(execFile);
const double = createGpuDouble(join(await folder(), 'double'), real.ffmpeg);
const clip = await shortClip();
const all: GpuOptions = { mayDecode: true, mayFilter: true };
const execWith = (gpu: GpuOptions, ffmpegPath = double.ffmpeg) =>
  createMediaExec({ ffmpegPath, ffprobePath: real.ffprobe, sandbox: 'required', gpu });
const exec = execWith({ ...all, device: 1 });

describe('what a GPU can do', () => {
  it('is what it was seen to do; what it cannot is left to no encoder of the CPU', async () => {
    const { encoders, hardwareEncoders, hardwareDecoders, filters, gpuDevice } = await exec.capabilities();
    expect([hardwareEncoders, gpuDevice]).toEqual([['h264_nvenc', 'hevc_nvenc'], 1]);
    expect(hardwareDecoders).toEqual(expect.arrayContaining(['h264', 'hevc', 'vp9', 'mpeg2video']));
    expect(encoders).toContain('aac');
    expect(encoders.filter((name) => name.startsWith('lib') && !/opus|mp3|vorbis/.test(name))).toEqual([]);
    expect(filters).toContain('scale_cuda');
    expect((await exec.gpuFindings())?.complaints).toEqual({ av1_nvenc: expect.stringContaining('not supported') });
  });

  it('is not asked for what the operator does not want', async () => {
    const { hardwareDecoders, filters } = await execWith({ mayDecode: false, mayFilter: false }).capabilities();
    expect(hardwareDecoders).toEqual([]);
    expect(filters).not.toContain('scale_cuda');
  });

  it('is nothing on this machine, and FFmpeg says why', async () => {
    const bare = execWith(all, real.ffmpeg);
    expect((await bare.capabilities()).hardwareEncoders).toEqual([]);
    expect((await bare.gpuFindings())?.complaints.h264_nvenc).toMatch(/libcuda|nvenc/);
  });

  it('is looked at anew when that is asked for', async () => {
    const look = execWith({ mayDecode: false, mayFilter: false });
    const encoders = async () => (await look.capabilities()).hardwareEncoders;
    expect(await encoders()).not.toEqual([]);
    double.set('no-gpu');
    expect(await encoders()).not.toEqual([]);
    look.redetect();
    expect(await encoders()).toEqual([]);
    double.set('fine');
  });
});

describe('work on a GPU', () => {
  it('is decoded, scaled and encoded there; a grade lower only encoded', async () => {
    const whole = await convert(exec, clip, { crf: 30, resolution: '160x90' });
    expect([whole.stats.device, whole.plan.decodesOnGpu]).toEqual(['gpu', true]);
    const part = await convert(exec, clip, { crf: 30, resolution: '160x90' }, { grade: 'gpu_encode' });
    expect([part.stats.device, part.plan.decodesOnGpu]).toEqual(['gpu', undefined]);
    expect(part.artifacts[0]?.media).toMatchObject({ width: 160, height: 90, videoCodec: 'h264' });
  });

  it('fails by its name, and is not done by the CPU', async () => {
    double.set('no-session');
    expect((await failureOf(convert(exec, clip, { crf: 30 }))).code).toBe('hardware_unavailable');
    double.set('fine');
    expect((await failureOf(convert(exec, clip, { codec: 'av1', crf: 30 }))).code).toBe('encoder_unavailable');
  });
});

// With a driver the work would be done, and nothing would be seen of the rest.
describe.skipIf(existsSync('/dev/nvidiactl'))('the arguments for a GPU', () => {
  const known = { hardwareEncoders: ['h264_nvenc', 'hevc_nvenc'], hardwareDecoders: ['h264'], filters: ['scale_cuda'] };
  const withoutDriver = createMediaExec({
    ffmpegPath: real.ffmpeg,
    ffprobePath: real.ffprobe,
    sandbox: 'required',
    capabilities: { ...capabilities, ...known, gpuDevice: 0 },
  });
  const misread = /[Oo]ption|out of range|Undefined constant/;

  it.each([
    [{ crf: 51, preset: 'fast' }],
    [{ codec: 'hevc', preset: 'quality', max_bitrate: '2M' }],
    [{ codec: 'hevc_nvenc', video_bitrate: '4M', two_pass: true, encoder_preset: 'p6' }],
    [{ output_format: 'hls', resolution: '180x100', fps: 30 }],
  ])('%j are read by the real FFmpeg, which then finds no driver to encode with', async (params) => {
    const failure = await failureOf(convert(withoutDriver, clip, params, { grade: 'gpu_encode' }));
    expect(failure.code).toBe('hardware_unavailable');
    expect(failure.stderrTail).toMatch(/libcuda/);
    expect(failure.stderrTail).not.toMatch(misread);
  });

  it('are read by its decoder, and by its filters', async () => {
    const plans: Plan[] = [];
    const params = { crf: 30, resolution: '160x90' };
    const failure = await failureOf(convert(withoutDriver, clip, params, { onPlan: (plan) => plans.push(plan) }));
    expect(failure.stderrTail).toMatch(/libcuda/);
    expect(failure.stderrTail).not.toMatch(misread);
    const argv = plans[0]?.steps[0]?.argv ?? [];
    const graph = String(argv[argv.indexOf('-vf') + 1]);
    const source = ['-f', 'lavfi', '-i', 'color=s=320x180:d=0.1'];
    // Frames of the CPU have no way in: the filter itself was made of its options.
    await expect(execute(real.ffmpeg, ['-v', 'error', ...source, '-vf', graph, '-f', 'null', '-'])).rejects.toThrow(
      'Impossible to convert between the formats',
    );
  });
});

it.each([
  ['NVIDIA L4, 550.54.15, 23\n', { name: 'NVIDIA L4', driver: '550.54.15', utilization: 23 }],
  [
    'NVIDIA L4, 550.54.15, [N/A]\nNVIDIA T4, 550.54.15, 3\n',
    { name: 'NVIDIA L4', driver: '550.54.15', utilization: null },
  ],
  ['No devices were found\n', null],
  ['', null],
])('reads %j', (text, device) => {
  expect(parseGpuDevice(text)).toEqual(device);
});
