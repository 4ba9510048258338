import { ffmpegGlobals, guardedInput } from '../argv/guard.ts';
import type { Token } from '../argv/token.ts';
import { pictureOf } from '../facts/media-facts.ts';
import type { AudioFacts, MediaFacts, VideoFacts } from '../facts/media-facts.ts';
import { refusePlan } from '../plans/plan.ts';
import { layoutOf, naming } from './layouts.ts';
import type { Step } from '../plans/plan.ts';

/** One audio track of one input. */
export interface SoundSource {
  /** The input's name in the plan. */
  readonly name: string;
  readonly facts: MediaFacts;
  /** With a layout that every filter knows, behind `naming`. */
  readonly sound: AudioFacts;
  readonly naming: readonly string[];
  readonly picture: VideoFacts | null;
  /** As the header tells; 0 when it does not, or only guesses. */
  readonly durationMs: number;
}

/** The audible track of an input; refuses files that have none. */
export const soundSource = (inputs: Readonly<Record<string, MediaFacts>>, name = 'source', track = 0): SoundSource => {
  const facts = inputs[name] ?? refusePlan('media_unreadable', `there is no input ${name}`);
  const audible = facts.audio.filter((stream) => stream.channels > 0);
  if (audible.length === 0) refusePlan('media_no_audio_stream', 'the file has no audio track');
  const sound =
    audible[track] ??
    refusePlan('param_out_of_range', `there is no audio track ${track}: the file has 0 to ${audible.length - 1}`);
  // ADTS has no header with a duration: it is guessed from the rate of the first frames.
  const durationMs = facts.demuxer === 'aac' ? 0 : (sound.durationMs ?? facts.durationMs ?? 0);
  const filters = naming(sound);
  const named = filters.length === 0 ? sound : { ...sound, layout: layoutOf(sound) };
  return { name, facts, sound: named, naming: filters, picture: pictureOf(facts), durationMs };
};

/** A step that reads the source, or `from` where another file is measured. */
export const soundStep = (source: SoundSource, id: string, argv: readonly Token[], more: Partial<Step> = {}): Step => ({
  id,
  tool: 'ffmpeg',
  argv: [...ffmpegGlobals, ...guardedInput(source.name, source.facts.demuxer), ...argv],
  reads: [source.name],
  writes: [],
  weight: 1,
  expectedDurationMs: source.durationMs,
  ...more,
});

/** A step that passes the source through a chain for the text that the chain leaves in a scratch file. */
export const measureStep = (
  source: SoundSource,
  graph: string,
  capture: { readonly name: string; readonly file: string },
  more: Partial<Step> = {},
): Step =>
  soundStep(
    source,
    capture.name,
    [
      '-filter_complex',
      `[0:${source.sound.index}]${[...source.naming, graph].join(',')}[measured]`,
      '-map',
      '[measured]',
      '-f',
      'null',
      '-',
    ],
    { capture: { name: capture.name, from: { scratch: capture.file } }, ...more },
  );
