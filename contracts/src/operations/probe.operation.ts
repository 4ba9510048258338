import { z } from 'zod';
import { defineOperation } from './operation.ts';

const facts = z.record(z.string(), z.unknown());

/** Reads what a file contains, in ffprobe's own JSON. */
export const probe = defineOperation({
  id: 'probe',
  version: 1,
  summary: 'Read containers, streams, chapters and programs of a file, in ffprobe’s own JSON.',
  path: '/v1/probe',
  pools: { cpu: 'thumbnail' },
  inputs: { source: { fields: ['url', 'input_url', 'video_url', 'audio_url'], kind: 'any' } },
  params: z.strictObject({
    show_format: z.boolean().default(true).describe('Container facts.'),
    show_streams: z.boolean().default(true).describe('One entry per stream.'),
    show_chapters: z.boolean().default(false).describe('Chapters.'),
    show_programs: z.boolean().default(false).describe('Programs of a transport stream.'),
    count_frames: z.boolean().default(false).describe('Decode everything and count frames: exact, but slow.'),
    show_packets: z.boolean().default(false).describe('One entry per packet; a long film has too many.'),
    count_packets: z.boolean().default(false).describe('Read everything and count packets.'),
    probe_size: z.int().min(32).max(100_000_000).optional().describe('Bytes that are looked at to find the streams.'),
    analyze_duration: z
      .int()
      .min(0)
      .max(60_000_000)
      .optional()
      .describe('Microseconds that are looked at to find the streams.'),
    select_streams: z
      .string()
      .regex(/^[vVasdt](:\d{1,2})?$|^\d{1,2}$/)
      .optional()
      .describe('Only these streams: v, a, s, d or t with an optional index, or a stream number.'),
  }),
  result: z.looseObject({
    format: facts.optional().describe('Container facts.'),
    streams: z.array(facts).optional().describe('One entry per stream.'),
    chapters: z.array(facts).optional().describe('One entry per chapter.'),
    programs: z.array(facts).optional().describe('Programs of a transport stream.'),
    packets: z.array(facts).optional().describe('One entry per packet.'),
  }),
  outputs: 'No file; `result` is ffprobe’s JSON.',
  examples: [
    { title: 'Format and streams', params: {} },
    { title: 'Exact frame count', params: { count_frames: true, select_streams: 'v:0' } },
  ],
});

export type ProbeParams = z.output<typeof probe.params>;
