import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMediaExec } from '@ffapi/media-exec';
import { createLogger, createMetrics } from '@ffapi/telemetry';
import { createGpuDouble } from '@ffapi/testkit';
import { afterAll, expect, it } from 'vitest';
import { watchGpu } from './gpu-watch.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-gpu-watch-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('begins once a GPU works, and looks again when there is doubt', async () => {
  const double = createGpuDouble(join(dir, 'double'), process.env.FFMPEG_PATH ?? '/usr/bin/ffmpeg');
  let begun = 0;
  double.set('no-gpu');
  const watch = await watchGpu({
    exec: createMediaExec({
      ffmpegPath: double.ffmpeg,
      ffprobePath: process.env.FFPROBE_PATH ?? '/usr/bin/ffprobe',
      sandbox: 'required',
      gpu: { mayDecode: false, mayFilter: false },
    }),
    device: undefined,
    log: createLogger({ level: 'silent', service: 'test', instance: 'test' }),
    metrics: createMetrics(),
    onWorks: async () => void begun++,
  });
  try {
    const told = () => watch.capabilities().hardwareEncoders;
    expect([watch.reason(), told(), begun]).toEqual([expect.stringContaining('libcuda'), [], 0]);
    double.set('fine');
    watch.doubt();
    await expect.poll(told).toEqual(['h264_nvenc', 'hevc_nvenc']);
    await expect.poll(() => [watch.reason(), begun]).toEqual([null, 1]);
    double.set('no-gpu');
    watch.doubt();
    await expect.poll(told).toEqual([]);
    await expect.poll(watch.reason).toContain('libcuda');
    expect(begun).toBe(1);
  } finally {
    watch.stop();
  }
});
