import type { ErrorCode } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { MediaFailure } from '../media-failure.ts';
import { fallOf } from './gpu-fault.ts';

const step = (code: ErrorCode, said: string, from: 'gpu' | 'gpu_encode') => {
  const fall = fallOf(new MediaFailure(code, {}, said), from);
  return fall && `${fall.reason} > ${fall.to}`;
};

describe('what a failure on the GPU leads to', () => {
  it.each([
    ['hardware_unavailable', '[h264_nvenc @ 0x1] Cannot load libcuda.so.1', 'no_device > cpu'],
    [
      'ffmpeg_failed',
      'cuInit(0) failed -> CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected',
      'no_device > cpu',
    ],
    [
      'ffmpeg_failed',
      'Driver does not support the required nvenc API version. Required: 13.0 Found: 12.1',
      'no_device > cpu',
    ],
    ['hardware_unavailable', 'OpenEncodeSessionEx failed: out of memory (10): (no details)', 'sessions_used_up > cpu'],
    ['resource_exhausted', 'OpenEncodeSessionEx failed: out of memory (10): (no details)', 'sessions_used_up > cpu'],
    ['ffmpeg_failed', '[hevc_nvenc @ 0x1] 10 bit encode not supported', 'encode_failed > cpu'],
    ['ffmpeg_failed', 'InitializeEncoder failed: invalid param (8): Invalid width', 'encode_failed > cpu'],
    ['encoder_unavailable', '', 'no_encoder > cpu'],
    [
      'ffmpeg_failed',
      'decoder->cvdl->cuvidCreateDecoder(&decoder->decoder, params) failed -> CUDA_ERROR_INVALID_VALUE: invalid argument',
      'decode_failed > gpu_encode',
    ],
    [
      'media_unreadable',
      'Failed setup for format cuda: hwaccel initialisation returned error.\nInvalid data found when processing input',
      'decode_failed > gpu_encode',
    ],
    [
      'resource_exhausted',
      'cuvidCreateDecoder failed -> CUDA_ERROR_OUT_OF_MEMORY: out of memory',
      'out_of_memory > gpu_encode',
    ],
    [
      'ffmpeg_failed',
      "Impossible to convert between the formats supported by the filter 'graph' and the filter 'auto_scale_0'",
      'filter_failed > gpu_encode',
    ],
    ['ffmpeg_stalled', '', 'stalled > gpu_encode'],
    ['ffmpeg_killed', '', 'crashed > gpu_encode'],
    ['output_invalid', '', 'output_wrong > gpu_encode'],
    ['ffmpeg_failed', 'something else', 'failed > gpu_encode'],
  ] as const)('%s, %s: %s', (code, said, expected) => {
    expect(step(code, said, 'gpu')).toBe(expected);
    expect(step(code, said, 'gpu_encode')).toBe(expected.replace('gpu_encode', 'cpu'));
  });

  it.each([
    ['media_unreadable', 'Invalid data found when processing input'],
    ['media_truncated', '[mov] stream 1, offset 0x2a: partial file'],
    ['media_codec_refused', 'Codec (magicyuv) not on whitelist'],
    ['resource_exhausted', 'x264: malloc of size 33 failed: Cannot allocate memory'],
    ['disk_full', 'No space left on device'],
    ['ffmpeg_timeout', ''],
    ['job_cancelled', ''],
    ['sandbox_unavailable', 'bwrap: no'],
  ] as const)('%s is no fault of the GPU', (code, said) => {
    expect(step(code, said, 'gpu')).toBeNull();
  });

  it('keeps the tool’s last words, not all of them', () => {
    const fall = fallOf(new MediaFailure('ffmpeg_failed', {}, `${'x'.repeat(4_000)} end`), 'gpu');
    expect(fall?.detail).toHaveLength(1_000);
    expect(fall?.detail).toMatch(/ end$/);
  });
});
