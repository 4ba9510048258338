import { transcodeIntent } from '@ffapi/contracts';
import type { Effort, Hardware, TranscodeParams } from '@ffapi/contracts';
import { ffmpegGlobals } from '../argv/guard.ts';
import type { Token } from '../argv/token.ts';
import type { Capabilities, PlannedOutput, Step } from '../plans/plan.ts';
import { encodeEstimateMs } from '../encode/estimate.ts';
import { chooseEncoder, encoderArgs } from '../encode/video-encoder.ts';
import type { Encoder } from '../encode/video-encoder.ts';
import type { Canvas } from './canvas.ts';
import { sampleRateHz } from './sound.ts';

export const outputName = 'output.mp4';
export const soundArgs: readonly string[] = ['-c:a', 'aac', '-b:a', '128k', '-ar', String(sampleRateHz)];
export const mp4Args: readonly string[] = ['-movflags', '+faststart', '-f', 'mp4'];

/** H.264 at constant quality. */
export interface Painter {
  readonly encoder: Encoder;
  readonly args: readonly Token[];
}

export const painterOf = (
  effort: Effort,
  context: { readonly caps: Capabilities; readonly hardware: Hardware; readonly warn: (text: string) => void },
): Painter => {
  const encoder = chooseEncoder('h264', context.hardware, context.caps, context.warn);
  const intent = transcodeIntent({ output_format: 'mp4', preset: effort } as TranscodeParams);
  return { encoder, args: [...encoderArgs(encoder, intent, intent), '-pix_fmt', 'yuv420p'] };
};

export const framesIn = (durationMs: number, { fps }: Canvas): number =>
  Math.max(1, Math.round((durationMs / 1000) * fps));

/** One MP4 of the canvas, checked for its length, size and sound. */
export const mp4Output = (canvas: Canvas, durationMs: number, hasSound: boolean): PlannedOutput => ({
  name: outputName,
  kind: 'file',
  contentType: 'video/mp4',
  expect: {
    durationMs,
    frames: framesIn(durationMs, canvas),
    width: canvas.width,
    height: canvas.height,
    videoCodec: 'h264',
    videoStreams: 1,
    audioStreams: hasSound ? 1 : 0,
    ...(hasSound ? { audioCodec: 'aac' } : {}),
  },
  verify: 'probe',
});

export interface Painting {
  readonly inputs: readonly Token[];
  readonly reads: readonly string[];
  /** Ends in `[picture]`, and with sound in `[sound]`. */
  readonly graph: readonly string[];
  readonly hasSound: boolean;
  readonly painter: Painter;
  /** Options that end the film, beside the ends of its streams. */
  readonly until: readonly string[];
  /** Options that say which chapters it has; without them none: FFmpeg would take those of some input, at the times they had there. */
  readonly chapters?: readonly string[];
  readonly durationMs: number;
}

const noChapters: readonly string[] = ['-map_chapters', '-1'];

/** One pass from a graph to the MP4. */
export const paintStep = ({
  inputs,
  reads,
  graph,
  hasSound,
  painter,
  until,
  durationMs,
  chapters = noChapters,
}: Painting): Step => ({
  id: 'encode',
  tool: 'ffmpeg',
  argv: [
    ...ffmpegGlobals,
    ...inputs,
    '-filter_complex',
    graph.join(';'),
    '-map',
    '[picture]',
    ...(hasSound ? ['-map', '[sound]', ...soundArgs] : []),
    ...painter.args,
    ...until,
    ...chapters,
    ...mp4Args,
    { out: outputName },
  ],
  reads,
  writes: [outputName],
  weight: 1,
  expectedDurationMs: durationMs,
});

export const estimateOf = (canvas: Canvas, durationMs: number, { encoder }: Painter) => {
  const frames = framesIn(durationMs, canvas);
  return { durationMs: encodeEstimateMs('h264', encoder.device, frames, [canvas]) + 500, frames };
};
