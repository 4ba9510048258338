import { inputAt } from '@ffapi/contracts';
import type { RunCommandParams, RunJobParams } from '@ffapi/contracts';
import { anyRules, muxers, parseCommand, parseTask, type RawCommand } from '@ffapi/raw-command';
import { ffmpegGlobals, guardedInput } from '../../argv/guard.ts';
import type { Token } from '../../argv/token.ts';
import type { MediaFacts } from '../../facts/media-facts.ts';
import { refusePlan } from '../plan.ts';
import type { Plan, PlanFn, PlannedOutput } from '../plan.ts';

const images = new Set(['jpg', 'jpeg', 'png', 'bmp', 'webp', 'gif', 'tiff']);
const texts = new Set(['srt', 'vtt', 'ass']);
const contentTypes: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  mov: 'video/quicktime',
  mkv: 'video/x-matroska',
  webm: 'video/webm',
  avi: 'video/x-msvideo',
  flv: 'video/x-flv',
  wmv: 'video/x-ms-wmv',
  wma: 'audio/x-ms-wma',
  ts: 'video/mp2t',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  wav: 'audio/wav',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  bmp: 'image/bmp',
  webp: 'image/webp',
  gif: 'image/gif',
  tiff: 'image/tiff',
  srt: 'application/x-subrip',
  vtt: 'text/vtt',
  ass: 'text/x-ssa',
};

const extensionOf = (file: string): string => file.slice(file.lastIndexOf('.') + 1).toLowerCase();

const outputOf = (file: string): PlannedOutput => {
  const extension = extensionOf(file);
  return {
    name: file,
    kind: 'file',
    contentType: contentTypes[extension] ?? 'application/octet-stream',
    expect: {},
    // What a command of the caller's own should give only the caller knows; that it is readable can be seen.
    verify: images.has(extension) || texts.has(extension) ? 'none' : 'probe',
  };
};

const muxerArgs = (file: string): string[] => {
  const muxer = muxers[extensionOf(file)] ?? 'mp4';
  return muxer === 'image2' ? ['-update', '1', '-f', muxer] : ['-f', muxer];
};

const threadsMax = 16;

const isThreads = (option: string): boolean => /^-threads(:|$)/.test(option);

/** With no more threads than any other work has. */
const bounded = (options: readonly string[]): string[] =>
  options.map((option, at) =>
    isThreads(options[at - 1] ?? '') ? String(Math.min(threadsMax, Number(option))) : option,
  );

/** As many threads as any other encoder has, where the command does not say. */
const encoderThreads = (options: readonly string[]): Token[] =>
  options.some((option) => isThreads(option) || option === 'copy') ? [] : ['-threads', { resolved: 'threads' }];

const planRaw = (
  command: RawCommand,
  facts: Readonly<Record<string, MediaFacts>>,
  inputName: (name: string) => string,
): Plan => {
  const inputs = command.inputs.map(({ name, options }) => {
    const input = inputName(name);
    const media = facts[input] ?? refusePlan('media_unreadable', `${name} is missing`);
    return { input, media, argv: guardedInput(input, media.demuxer, bounded(options)) };
  });
  const expectedDurationMs = Math.max(0, ...inputs.map(({ media }) => media.durationMs ?? 0));
  const files = command.outputs.map(({ file }) => file);
  if (new Set(files).size < files.length) refusePlan('param_conflict', 'two outputs have the same name');
  return {
    kind: 'run',
    device: 'cpu',
    steps: [
      {
        id: 'command',
        tool: 'ffmpeg',
        argv: [
          ...ffmpegGlobals,
          ...inputs.flatMap(({ argv }) => argv),
          ...(command.filterComplex === null ? [] : ['-filter_complex', command.filterComplex]),
          ...command.outputs.flatMap(({ file, options }) => [
            ...muxerArgs(file),
            ...encoderThreads(options),
            ...bounded(options),
            { out: file },
          ]),
        ],
        reads: inputs.map(({ input }) => input),
        writes: files,
        weight: 1,
        expectedDurationMs,
        isHandWritten: true,
      },
    ],
    outputs: files.map(outputOf),
    warnings: [],
    estimate: { durationMs: expectedDurationMs },
  };
};

/** The plan of a command of the caller's own: its words as they were looked up, between our guards. */
export const planRunCommand: PlanFn<RunCommandParams> = ({ params, facts }) =>
  planRaw(parseCommand(params, anyRules), facts, (name) => inputAt('input_files', name));

/** The same for a command in parts. */
export const planRunJob: PlanFn<RunJobParams> = ({ params, facts }) =>
  planRaw(parseTask(params.task, anyRules), facts, (name) => inputAt('task', 'inputs', name, 'file_path'));
