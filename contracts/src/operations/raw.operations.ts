import { z } from 'zod';
import { mediaField } from './media-field.ts';
import { defineOperation, noResult } from './operation.ts';

const place = z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, 'letters, digits, _, . and -');
const outputName = z.string().min(1).max(200);

/** Runs a command of the caller's own, as far as every part of it is known to be harmless: `libs/raw-command` knows. */
export const runCommand = defineOperation({
  id: 'ffmpeg.command',
  version: 1,
  summary:
    'Run an ffmpeg command with {{name}} in place of files. Options, filters, encoders and containers are those of a list; what is not in it is refused.',
  path: '/v1/run-ffmpeg-command',
  answersPlainly: true,
  pools: { cpu: 'transcode-cpu' },
  inputs: {},
  nested: { 'input_files.*': 'any' },
  params: z.strictObject({
    input_files: z.record(place, mediaField).describe('Inputs by name: URLs or file ids.'),
    output_files: z.record(place, outputName).describe('Outputs by name: plain file names.'),
    ffmpeg_command: z.string().min(1).max(16_384).describe('The command, with {{name}} for every input and output.'),
  }),
  result: noResult,
  outputs: 'The files that the command writes.',
  examples: [
    {
      title: 'Trim and scale',
      params: {
        input_files: { film: 'file_01k9vjz6f8aaaa' },
        output_files: { small: 'small.mp4' },
        ffmpeg_command: 'ffmpeg -ss 1 -i {{film}} -t 2 -vf "scale=320:-2,hue=s=0" -c:v libx264 -crf 28 -an {{small}}',
      },
    },
  ],
});
export type RunCommandParams = z.output<typeof runCommand.params>;

const words = z.array(z.string().max(2048)).max(100).default([]);

/** The same for a command in parts. */
export const runJob = defineOperation({
  id: 'ffmpeg.job',
  version: 1,
  summary: 'Run an ffmpeg command that is given in parts: inputs with options, one filter graph, outputs with maps.',
  path: '/v2/run-ffmpeg-job',
  answersPlainly: true,
  pools: { cpu: 'transcode-cpu' },
  inputs: {},
  nested: { 'task.inputs.*.file_path': 'any' },
  params: z.strictObject({
    task: z
      .strictObject({
        inputs: z
          .array(
            z.strictObject({
              file_path: mediaField.describe('A URL or a file id.'),
              options: words.describe('Options before the input.'),
            }),
          )
          .min(1)
          .max(50)
          .describe('The inputs in order.'),
        filter_complex: z.string().min(1).max(16_384).describe('The filter graph.'),
        outputs: z
          .array(
            z.strictObject({
              file: outputName.describe('A plain file name.'),
              options: words.describe('Options before the output.'),
              maps: words.describe('What goes into it: [label] or 0:a.'),
            }),
          )
          .min(1)
          .max(10)
          .describe('The outputs.'),
      })
      .describe('The command in parts.'),
  }),
  result: noResult,
  outputs: 'The files that the command writes.',
  examples: [
    {
      title: 'Two pictures side by side',
      params: {
        task: {
          inputs: [{ file_path: 'file_01k9vjz6f8aaaa' }, { file_path: 'file_01k9vjz6f8bbbb', options: ['-t', '2'] }],
          filter_complex: '[0:v]fps=25,scale=320:180[a];[1:v]fps=25,scale=320:180[b];[a][b]hstack=shortest=1[v]',
          outputs: [{ file: 'both.mp4', options: ['-c:v', 'libx264', '-t', '2'], maps: ['[v]'] }],
        },
      },
    },
  ],
});
export type RunJobParams = z.output<typeof runJob.params>;
