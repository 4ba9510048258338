import { encodingMemory, parseProgress } from '@ffapi/media';
import { threadsFor } from '../process/threads.ts';
import { ffmpegVerdicts, isFfmpegComplaint } from './ffmpeg-words.ts';
import { opensGuarded } from './guarded-inputs.ts';
import type { ToolDefinition } from './tool.ts';

export const ffmpeg = {
  ...ffmpegVerdicts,
  setting: 'FFMPEG_PATH',
  package: 'ffmpeg',
  path: ({ ffmpegPath = 'ffmpeg' }) => ffmpegPath,
  accepts: opensGuarded,
  resolve: threadsFor,
  extras: ['fonts', 'gpu'],
  memoryBytes: encodingMemory,
  look: { wallClockMs: 30_000, stallMs: 15_000 },
  readProgress: parseProgress,
  isComplaint: isFfmpegComplaint,
} as const satisfies ToolDefinition;
