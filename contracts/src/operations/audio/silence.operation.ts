import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { soundFields, soundInput } from './audio-fields.ts';

/** Finds silences, and cuts them out when asked. */
export const silence = defineOperation({
  id: 'audio.silence',
  version: 1,
  summary: 'Find silences in sound, and cut them out when asked.',
  path: '/v1/audio/silence',
  pools: { cpu: 'audio' },
  inputs: { source: soundInput },
  params: z.strictObject({
    threshold_db: z.number().min(-100).max(-10).default(-50).describe('Silence is what stays below, in dBFS.'),
    min_duration: z.number().min(0.05).max(600).default(0.5).describe('Shortest silence that counts, in seconds.'),
    remove: z.boolean().default(false).describe('Also write the sound without its silences.'),
    ...soundFields,
    output_format: soundFields.output_format.describe(
      'Sound file to write with remove (aac is AAC in .m4a, ogg is Vorbis). Default: the source’s own.',
    ),
  }),
  result: z.object({
    silences: z
      .array(
        z.object({
          start: z.number().describe('Seconds from the beginning.'),
          end: z.number().describe('Seconds from the beginning.'),
          duration: z.number().describe('Seconds.'),
        }),
      )
      .describe('In order.'),
    duration: z.number().describe('Seconds of the source.'),
    silent_seconds: z.number().describe('Seconds of silence in all.'),
  }),
  outputs: 'No file; `result` has the silences. With remove one sound file.',
  examples: [
    { title: 'Find', params: { threshold_db: -50, min_duration: 0.5 } },
    { title: 'Cut out', params: { remove: true, min_duration: 1, output_format: 'mp3' } },
  ],
});

export type SilenceParams = z.output<typeof silence.params>;
