import type { TranscodeIntent } from '@ffapi/contracts';
import { languageCode } from '@ffapi/contracts';
import { languageTag, trackLabels } from '../../ladder/track-labels.ts';
import type { TrackLabel } from '../../ladder/track-labels.ts';
import { filter } from '../../filtergraph/filter.ts';
import { seconds } from '../../filtergraph/seconds.ts';
import { soundFrom } from '../../sound/from-moment.ts';
import { audioArgs, chooseAudio } from '../../encode/audio-encoder.ts';
import type { AudioChoice } from '../../encode/audio-encoder.ts';
import { unevenMsMax } from '../../encode/begins-together.ts';
import type { Selection } from '../../encode/sources.ts';

/** The sound of a ladder: each track is a rendition of its own. */
export interface LadderSound {
  readonly names: readonly string[];
  readonly labels: Readonly<Record<string, TrackLabel>>;
  readonly args: readonly string[];
}

/** The first keeps the name that a ladder of one language has. */
const nameOf = (n: number): string => (n === 0 ? 'audio' : `audio-${n + 1}`);

/** Sound that begins late is filled up, and what comes before the picture is cut off: both begin together. */
const fromBeginning = ({ stream }: AudioChoice, beginMs: number): string[] =>
  stream.startMs === 0 && beginMs === 0 ? [] : soundFrom(beginMs);

/** Sound that ends early is silent until the film does: at the end of the shorter rendition some players stop. */
const silenceAfter = ({ stream }: AudioChoice, beginMs: number, filmMs: number | null): string[] => {
  if (filmMs === null || stream.durationMs === null) return [];
  const endMs = stream.startMs + stream.durationMs - beginMs;
  return filmMs - endMs > unevenMsMax ? [filter('apad', { whole_dur: seconds(filmMs) })] : [];
};

/** The segments say the language as well, in the three letters that their containers know. */
const languageArgs = (language: string | null, n: number): string[] => {
  const tag = languageTag(language);
  const code = tag === null ? null : languageCode(tag);
  return code === null ? [] : [`-metadata:s:a:${n}`, `language=${code}`];
};

const channelsOf = (choice: AudioChoice): number => (choice.kind === 'copy' ? choice.stream.channels : choice.channels);

export const ladderSound = (
  { sound, durationMs }: Selection,
  beginMs: number,
  intent: TranscodeIntent,
  warn: (text: string) => void,
): LadderSound => {
  const choices = sound.map((stream) => chooseAudio(stream, intent, warn));
  const names = choices.map((_, n) => nameOf(n));
  const labels = trackLabels(
    choices.map((choice) => ({ ...choice.stream, channels: channelsOf(choice) })),
    names,
  );
  return {
    names,
    labels: Object.fromEntries(names.flatMap((name, n) => (labels[n] ? [[name, labels[n]]] : []))),
    args: choices.flatMap((choice, n) => [
      '-map',
      `0:${choice.stream.index}`,
      ...audioArgs(choice, n, intent.audioBitrate, [
        ...fromBeginning(choice, beginMs),
        ...silenceAfter(choice, beginMs, durationMs),
      ]),
      ...languageArgs(choice.stream.language, n),
    ]),
  };
};
