import { expect, it } from 'vitest';
import { gpuHealth, gpuTestStatus, type WorkerLine } from './gpu-health.ts';

const worker = (capabilities: WorkerLine['capabilities']): WorkerLine => ({
  pool: 'p',
  slots: 1,
  busy: 0,
  capabilities,
});
const l4 = { name: 'NVIDIA L4', driver: '550.54.15', utilization: 20 };

it('is absent where no worker has one', () => {
  const nothing = { status: 'absent', driver: 'n/a', utilization: 'n/a' };
  expect(gpuHealth([])).toEqual(nothing);
  expect(gpuHealth([worker({}), worker({ hardwareEncoders: [], gpu: null })])).toEqual(nothing);
});

it('puts the GPUs of all workers together', () => {
  const encoders = { hardwareEncoders: ['h264_nvenc'] };
  expect(gpuHealth([worker({}), worker(encoders)])).toEqual({
    status: 'up',
    driver: 'n/a',
    utilization: 'n/a',
    names: [],
    encoders: ['h264_nvenc'],
  });
  const second = { hardwareEncoders: ['h264_nvenc', 'av1_nvenc'], gpu: { ...l4, utilization: 31 } };
  expect(
    gpuHealth([worker({ ...encoders, gpu: l4 }), worker(second), worker({ gpu: { ...l4, utilization: null } })]),
  ).toEqual({
    status: 'up',
    driver: '550.54.15',
    utilization: 26,
    names: ['NVIDIA L4'],
    encoders: ['h264_nvenc', 'av1_nvenc'],
  });
});

it('is absent when a card is there and encodes nothing', () => {
  expect(gpuHealth([worker({ hardwareEncoders: [], gpu: l4 })])).toMatchObject({
    status: 'absent',
    driver: '550.54.15',
  });
});

it('says how the test of a GPU ends', () => {
  const encoders = { hardwareEncoders: ['h264_nvenc'] };
  expect(gpuTestStatus([worker({})])).toBe('disabled');
  expect(gpuTestStatus([worker(encoders)])).toBe('success');
  expect(gpuTestStatus([{ ...worker({ hardwareEncoders: [] }), pool: 'transcode-gpu' }])).toBe('runtime_disabled');
});
