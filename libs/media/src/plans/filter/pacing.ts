import type { TranscodeIntent } from '@ffapi/contracts';
import type { AudioChoice } from '../../encode/audio-encoder.ts';
import { commonBeginMs } from '../../encode/begins-together.ts';
import { pacedPicture, pacedSound, whyOutOfStep, withSteadyRate } from '../../encode/paced.ts';
import type { Selection } from '../../encode/sources.ts';
import type { PictureState } from './applied.ts';

/** The streams as they lie behind filters that change how fast time passes. */
const behind = ({ picture, sound, durationMs, leftOut }: Selection, { fps, isVfr, tempo }: PictureState): Selection => {
  const at = <T extends number | null>(ms: T) => (ms === null ? null : ms / tempo);
  return {
    picture: picture && {
      ...picture,
      fps,
      isVfr,
      startMs: picture.startMs / tempo,
      durationMs: at(picture.durationMs),
    },
    sound: sound.map((track) => ({ ...track, startMs: track.startMs / tempo, durationMs: at(track.durationMs) })),
    durationMs: at(durationMs),
    leftOut,
  };
};

/** What a container without times asks of what filters made. */
export interface Pacing {
  /** Null: the container has times, and pictures keep theirs. */
  readonly picture: readonly string[] | null;
  readonly mustEncode: (track: number) => boolean;
  readonly sound: (choice: AudioChoice) => readonly string[];
  readonly fps: TranscodeIntent['fps'];
}

export const pacingOf = (
  selection: Selection,
  asked: TranscodeIntent,
  state: PictureState,
  warn: (text: string) => void,
): Pacing => {
  const made = behind(selection, state);
  const intent = withSteadyRate(made, asked, warn);
  const beginMs = commonBeginMs(made);
  return {
    picture: pacedPicture(made, intent),
    mustEncode: (track) => {
      const sound = made.sound[track];
      return sound !== undefined && whyOutOfStep(sound, made, beginMs, intent) !== null;
    },
    sound: (choice) => pacedSound(choice, made, beginMs, intent),
    fps: intent.fps,
  };
};
