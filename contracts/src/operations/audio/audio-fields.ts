import { z } from 'zod';
import { bitrateField } from '../bitrate-field.ts';
import type { OperationInput } from '../operation.ts';
import type { Container } from '../transcode/formats.ts';

/** Sound files that the audio operations write. `aac` is AAC in an .m4a file, which players can seek in. */
export const audioFormats = ['mp3', 'm4a', 'aac', 'flac', 'wav', 'opus', 'ogg'] as const;
export type AudioFormat = (typeof audioFormats)[number];

/** The container a format stands for. */
export const audioContainer = (format: AudioFormat): Container => (format === 'aac' ? 'm4a' : format);

/** Anything with sound, under the names that clients use for it. */
export const soundInput: OperationInput = {
  fields: ['input_url', 'audio_url', 'video_url', 'url'],
  kind: 'any',
};

const keptFormat =
  'Default: the source’s own; a video keeps its picture, copied, where the container is MP4, MOV, Matroska or WebM.';

/** The fields of every operation that changes sound and writes it again. */
export const soundFields = {
  output_format: z
    .enum(audioFormats)
    .optional()
    .describe(`Sound file to write (aac is AAC in .m4a, ogg is Vorbis). ${keptFormat}`),
  bitrate: bitrateField(8_000, 1_536_000)
    .optional()
    .describe('Bit rate of the sound, such as 192k; ignored with a warning where the format is lossless.'),
  track: z.int().min(0).max(31).default(0).describe('Which audio track of the file, counted from 0.'),
} as const;

/** Which track to listen to, for operations that only measure. */
export const trackField = soundFields.track;

/** Loudness after EBU R 128; true peak is null for digital silence. */
export const loudnessResult = z.object({
  integrated_lufs: z.number().nullable().describe('Loudness of the whole; null: silence.'),
  true_peak_dbtp: z.number().nullable().describe('Highest peak between samples, too; null: silence.'),
  loudness_range_lu: z.number().describe('How far quiet and loud parts lie apart.'),
});
