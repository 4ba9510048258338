import type { SubtitleText } from '../cues/cue.ts';
import type { Chapter } from './chapters.ts';
import type { Mastering } from './mastering.ts';
import type { Turn } from './turns.ts';

/** An exact ratio, as containers store frame rates and pixel shapes. */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

export interface VideoFacts {
  readonly index: number;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** Size as a viewer sees it: rotated, with square pixels. */
  readonly displayWidth: number;
  readonly displayHeight: number;
  readonly sar: Rational;
  readonly pixFmt: string;
  readonly bitDepth: number;
  /** The decoder that sees its transparency, where the usual one of its codec does not; null: there is nothing to see. */
  readonly alphaDecoder: string | null;
  /** The average rate; 0/1 when the container does not say. */
  readonly fps: Rational;
  /** The smallest tick at which frames could lie; equal to `fps` only for constant rates. */
  readonly tickRate: Rational;
  readonly isVfr: boolean;
  readonly isInterlaced: boolean;
  readonly isMarkedProgressive?: true;
  /** Which field comes first of pictures that are fields and not marked so. */
  readonly unmarkedFields?: 'tff' | 'bff' | 'auto';
  /** Only where the container's header counts frames. */
  readonly frames: number | null;
  /** When its first picture is shown, after the start of the file. */
  readonly startMs: number;
  /** From its own start to the end of its last picture. */
  readonly durationMs: number | null;
  /** How long its last picture stays; 0 where nothing says so, null where its times were not measured. */
  readonly lastMs: number | null;
  /** An edit list leaves pictures out, which only players of its own container know. */
  readonly hasHiddenPictures: boolean;
  readonly rotation: 0 | 90 | 180 | 270;
  readonly colorPrimaries: string | null;
  readonly colorTransfer: string | null;
  readonly colorSpace: string | null;
  readonly colorRange: string | null;
  readonly isHdr: boolean;
  readonly mastering?: Mastering;
  readonly isAttachedPicture: boolean;
}

export interface AudioFacts {
  readonly index: number;
  readonly codec: string;
  readonly channels: number;
  readonly layout: string | null;
  readonly sampleRateHz: number;
  /** Where it is lossless. */
  readonly bitDepth?: number;
  /** When its first sample is heard, after the start of the file. */
  readonly startMs: number;
  /** From its own start to its end. */
  readonly durationMs: number | null;
  readonly bitrateKbps: number | null;
  readonly language: string | null;
  /** What the file calls the track, where it does. */
  readonly title?: string;
  /** What the track is for, beyond being listened to. */
  readonly purpose?: 'commentary' | 'description';
  readonly isDefault?: true;
}

export interface SubtitleFacts {
  readonly index: number;
  readonly codec: string;
  readonly language: string | null;
  readonly title?: string;
  /** Only what must be read to follow the film: signs, and speech in another language. */
  readonly isForced?: true;
  /** For people who cannot hear. */
  readonly isForDeaf?: true;
  /** The picture that its pictures lie in, where it is made of such and says so. */
  readonly canvas?: { readonly width: number; readonly height: number };
}

/** A track that is neither seen, heard nor read: what a camera measured, or a file that is attached. */
export interface OtherFacts {
  readonly index: number;
  readonly kind: 'data' | 'attachment';
  /** Of an attached file its name, of data its kind in four letters. */
  readonly name: string;
}

/** A packet of a stream from which on its clock is another: by how much its times have to be moved to go on. */
export interface Restart {
  /** Counted from 0 among the packets of its stream. */
  readonly packet: number;
  readonly offsetSeconds: number;
}

/** What a file contains: as far as its headers tell, and how long its streams really are where headers guess. */
export interface MediaFacts {
  /** The demuxer that our own look at the first bytes chose; it is forced in every later call. */
  readonly demuxer: string;
  readonly container: string;
  /** What the file's own clock shows at its start. */
  readonly zeroMs: number;
  /** From the start of the file to the end of the last stream. */
  readonly durationMs: number | null;
  readonly bitrateKbps: number | null;
  readonly sizeBytes: number | null;
  /** Cover pictures included; `pictureOf` gives the stream that is really a video. */
  readonly video: readonly VideoFacts[];
  readonly audio: readonly AudioFacts[];
  readonly subtitles: readonly SubtitleFacts[];
  /** Tracks that are declared and cannot be heard, and programmes beside the one that is taken: what each is, for people. */
  readonly unheard: readonly string[];
  readonly others?: readonly OtherFacts[];
  /** In their order. */
  readonly chapters?: readonly Chapter[];
  /** Where the clock of a transport or programme stream starts anew, stream by stream; absent: nowhere. */
  readonly restarts?: readonly { readonly index: number; readonly restarts: readonly Restart[] }[];
  /** Of a still that FFmpeg cannot take as it is: how it is turned when it is drawn anew. */
  readonly redraw?: readonly Turn[];
  /** Only of a subtitle file, which is read as text and never by a media tool. */
  readonly text?: SubtitleText;
}

/** The first stream that is a video rather than a cover picture. */
export const pictureOf = (facts: MediaFacts): VideoFacts | null =>
  facts.video.find((stream) => !stream.isAttachedPicture) ?? null;

/** When the first of these streams begins, after the start of the file: where a film that is made of them begins. */
export const beginningMs = (streams: readonly ({ readonly startMs: number } | null | undefined)[]): number => {
  const starts = streams.filter((stream) => stream !== null && stream !== undefined).map(({ startMs }) => startMs);
  return starts.length === 0 ? 0 : Math.min(...starts);
};

export const ratio = (value: Rational): number => (value.den === 0 ? 0 : value.num / value.den);

/** Sound that goes on for less behind the last picture is the end of an encoder's frame. */
const tailMsMax = 250;

/**
 * When a film ends, after the start of its file: with its picture, or with sound that goes on behind it; `null`: the
 * picture does not say how long it is.
 */
export const endMsOf = (picture: VideoFacts, sound: AudioFacts | undefined): number | null => {
  if (picture.durationMs === null) return null;
  const seenMs = picture.startMs + picture.durationMs;
  const heardMs = sound === undefined || sound.durationMs === null ? 0 : sound.startMs + sound.durationMs;
  return heardMs - seenMs > tailMsMax ? heardMs : seenMs;
};

/** Whether a film goes on with its sound behind the end of its picture. */
export const outlasts = (sound: AudioFacts | undefined, picture: VideoFacts): boolean =>
  endMsOf(picture, sound) !== endMsOf(picture, undefined);
