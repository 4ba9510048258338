import { probingMemory } from '@ffapi/media';
import { threadsFor } from '../process/threads.ts';
import { ffmpegVerdicts, isFfmpegComplaint } from './ffmpeg-words.ts';
import { opensGuarded } from './guarded-inputs.ts';
import type { ToolDefinition } from './tool.ts';

export const ffprobe = {
  ...ffmpegVerdicts,
  setting: 'FFPROBE_PATH',
  package: 'ffmpeg',
  path: ({ ffprobePath = 'ffprobe' }) => ffprobePath,
  accepts: opensGuarded,
  resolve: threadsFor,
  extras: ['fonts', 'gpu'],
  memoryBytes: probingMemory,
  // A few frames of the largest picture that is accepted; what takes more is made to.
  look: { wallClockMs: 60_000, stallMs: 20_000, memoryBytes: 1536 * 1024 * 1024 },
  isComplaint: isFfmpegComplaint,
} as const satisfies ToolDefinition;
