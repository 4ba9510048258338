import { flag, integer, oneOf, setting, type Setting } from './setting.ts';

/** What the service transcode-gpu does with the GPU of its machine. */
export const gpuSettings = {
  ENABLE_GPU: setting('work', flag, 'Let the service transcode-gpu use the GPU of its machine.', { preset: 'false' }),
  GPU_DEVICE: setting('work', integer(0, 63).optional(), "Number of the GPU to use; absent: the driver's choice."),
  GPU_ENCODER: setting('work', oneOf(['auto', 'nvenc']), "auto: NVIDIA's, the only kind that is known.", {
    preset: 'auto',
  }),
  GPU_DECODER: setting('work', oneOf(['auto', 'cuda', 'none']), 'none: the CPU decodes what the GPU encodes.', {
    preset: 'auto',
  }),
  ENABLE_GPU_FILTERS: setting('work', flag, 'Scale on the GPU what was decoded there.', { preset: 'true' }),
} as const satisfies Record<string, Setting>;
