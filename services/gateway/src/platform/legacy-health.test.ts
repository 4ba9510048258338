import { unlimitedBytes } from '@ffapi/blob';
import { expect, it } from 'vitest';
import { legacyHealth, legacyHealthWithoutFigures, type HealthFigures } from './legacy-health.ts';

const worker = { pool: 'transcode', slots: 1, busy: 0, capabilities: { ffmpegVersion: '5.1.9' } };
const figures: HealthFigures = {
  freeBytes: { stored: unlimitedBytes, worked: 10 },
  freeBytesMin: 100,
  memory: { totalBytes: 8, freeBytes: 2 },
  workers: [worker],
  operations: { waiting: 3, completed: 3, failed: 1, errors: { media_unreadable: 1 } },
};

it('tells by the names of FFAPI 1', () => {
  expect(legacyHealth(figures)).toEqual({
    disk: {
      public: { ok: true, free_bytes: null },
      work: { ok: false, free_bytes: 10 },
      logs: { ok: false, free_bytes: 10 },
    },
    memory: { total_bytes: 8, free_bytes: 2 },
    ffmpeg: { available: true, version: '5.1.9', error: null },
    gpu: {
      requested: false,
      enabled: false,
      runtime_disabled: false,
      encoder: null,
      decoder: null,
      device: null,
      available: false,
    },
    operations: { recent_success_rate: 0.75, queue: 3, error_counts: { media_unreadable: 1 } },
  });
});

it('tells of the GPU that a worker has, and of none that it has lost', () => {
  const gpu = { name: 'NVIDIA L4', driver: '550.54.15', utilization: null };
  const has = { ...worker, pool: 'transcode-gpu', capabilities: { hardwareEncoders: ['h264_nvenc'], gpu } };
  expect(legacyHealth({ ...figures, workers: [has] }).gpu).toEqual({
    requested: true,
    enabled: true,
    runtime_disabled: false,
    encoder: 'h264_nvenc',
    decoder: 'cuda',
    device: 'NVIDIA L4',
    available: true,
  });
  const lost = { ...has, capabilities: { hardwareEncoders: [], gpu: null } };
  expect(legacyHealth({ ...figures, workers: [lost] }).gpu).toMatchObject({ requested: true, runtime_disabled: true });
});

it('says what is missing, and claims no rate where nothing has ended', () => {
  const idle = { waiting: 0, completed: 0, failed: 0, errors: {} };
  const health = legacyHealth({ ...figures, workers: [], operations: idle });
  expect(health.ffmpeg).toEqual({ available: false, version: null, error: 'No worker with FFmpeg is there.' });
  expect(health.operations.recent_success_rate).toBeNull();
});

it('keeps figures from who has no key', () => {
  expect(legacyHealthWithoutFigures(legacyHealth(figures))).toEqual({
    disk: { public: { ok: true }, work: { ok: false }, logs: { ok: false } },
    ffmpeg: { available: true },
    gpu: { available: false },
  });
});
