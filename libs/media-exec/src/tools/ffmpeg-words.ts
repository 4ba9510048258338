import type { ToolVerdicts } from './tool.ts';

/** What FFmpeg's programs say went wrong. */
export const ffmpegVerdicts: ToolVerdicts = {
  words: [
    // Before memory: of a GPU's both are said in the same words.
    [
      /Cannot load (libcuda|libnvidia)|No NVENC capable|OpenEncodeSessionEx failed|CUDA_ERROR|No device available/i,
      'hardware_unavailable',
    ],
    [/Cannot allocate memory|Out of memory|bad_alloc|malloc.*failed/i, 'resource_exhausted'],
    [/Codec .*not on whitelist/i, 'media_codec_refused'],
    [/Format not on whitelist|Protocol .*not on whitelist/i, 'media_type_refused'],
    [
      /maximum pixels|Picture size \d+x\d+ is invalid|exceeds? max_pixels|Number of streams exceeds max_streams/i,
      'media_too_large',
    ],
    [/partial file|moov atom not found|Truncat|Packet corrupt|stream \d+, offset .*: partial/i, 'media_truncated'],
    [/Unknown encoder|Error while opening encoder/i, 'ffmpeg_failed'],
    [
      /Invalid data found when processing input|could not find codec parameters|EBML header parsing failed|End of file/i,
      'media_unreadable',
    ],
  ],
  codes: {
    missing: 'ffmpeg_missing',
    failed: 'ffmpeg_failed',
    killed: 'ffmpeg_killed',
    stalled: 'ffmpeg_stalled',
    timeout: 'ffmpeg_timeout',
  },
};

/** Encoders print the word too; FFmpeg's own stands first, or after the name of a part. */
export const isFfmpegComplaint = (line: string): boolean => /^(\[[^\]]*\] )*\[(error|fatal|panic)\]/.test(line);
