import type { ErrorCode, FallBack, GpuFault, WorkGrade } from '@ffapi/contracts';
import type { MediaFailure } from '../media-failure.ts';

/** FFmpeg's words for what a GPU did not do; the first that matches decides. */
const words: readonly (readonly [RegExp, GpuFault])[] = [
  // The driver's answer to one session more than a card for desktops may have.
  [/OpenEncodeSessionEx failed: (out of memory|incompatible client key)/i, 'sessions_used_up'],
  [/Cannot load (libcuda|libnvidia|libnvcuvid)|Could not dynamically load CUDA/i, 'no_device'],
  [/CUDA_ERROR_(NO_DEVICE|INVALID_DEVICE|SYSTEM_DRIVER_MISMATCH|SYSTEM_NOT_READY|DEVICE_UNAVAILABLE)/, 'no_device'],
  [
    /No (NVENC )?capable devices found|Driver does not support the required nvenc API|required Nvidia driver/i,
    'no_device',
  ],
  [/CUDA_ERROR_OUT_OF_MEMORY/, 'out_of_memory'],
  [/cuvid|nvdec|Failed setup for format cuda|hwaccel initialisation|No decoder surfaces left/i, 'decode_failed'],
  [
    /Device setup failed for decoder|No device available for decoder|Hardware is lacking required cap/i,
    'decode_failed',
  ],
  [/scale_cuda|hwdownload|Impossible to convert between the formats/i, 'filter_failed'],
  [/nvenc|InitializeEncoder failed|EncodePicture failed|Failed locking bitstream/i, 'encode_failed'],
  [/CUDA_ERROR/, 'failed'],
];

/**
 * Failures in which a GPU may have its part, and the fault where the tool's words name none; `null`: without such words
 * it is nobody's but the input's or the machine's, and a lower grade would fail as well.
 */
const suspects: Partial<Readonly<Record<ErrorCode, GpuFault | null>>> = {
  encoder_unavailable: 'no_encoder',
  hardware_unavailable: 'no_device',
  ffmpeg_stalled: 'stalled',
  ffmpeg_killed: 'crashed',
  ffmpeg_failed: 'failed',
  output_invalid: 'output_wrong',
  output_truncated: 'output_wrong',
  resource_exhausted: null,
  media_unreadable: null,
  media_truncated: null,
};

/** What of a failure is the GPU's fault; `null`: nothing. */
export const gpuFaultOf = ({ code, stderrTail }: Pick<MediaFailure, 'code' | 'stderrTail'>): GpuFault | null => {
  const otherwise = suspects[code];
  return otherwise === undefined ? null : (words.find(([pattern]) => pattern.test(stderrTail))?.[1] ?? otherwise);
};

/** Faults that decoding on the CPU does not mend. */
const needsCpu = new Set<GpuFault>(['no_device', 'no_encoder', 'sessions_used_up', 'encode_failed']);

const detailCharsMax = 1_000;

/** The step down that follows from a failure at a grade; `null`: it is no fault of the GPU. */
export const fallOf = (failure: MediaFailure, from: Exclude<WorkGrade, 'cpu'>): FallBack | null => {
  const reason = gpuFaultOf(failure);
  if (reason === null) return null;
  const to = from === 'gpu' && !needsCpu.has(reason) ? 'gpu_encode' : 'cpu';
  return { from, to, reason, detail: (failure.stderrTail || failure.message).slice(-detailCharsMax) };
};
