import type { AudioFacts, MediaFacts, VideoFacts } from './media-facts.ts';

/** What `SpanMeter` reads: ffprobe's packets, one a line. */
export const packetFlags = [
  '-show_entries',
  'packet=stream_index,pts_time,dts_time,duration_time,flags',
  '-of',
  'csv=print_section=0',
] as const;

/** Clocks that may start anew inside of a file: recordings that were joined, programmes that follow each other. */
const restarting = new Set(['mpegts', 'mpeg']);

/** From where on FFmpeg takes a step in time for a new clock (`dts_delta_threshold`), and how far back it forgives. */
const [leapSeconds, backSeconds] = [10, 0.1];

const images = /_pipe$/;
const numberOf = (text: string | undefined): number | null => {
  const value = Number(text);
  return text === undefined || text === '' || Number.isNaN(value) ? null : value;
};

/** How a stream ends, in seconds of the file's own clock. */
export interface StreamEnd {
  readonly endSeconds: number;
  /** When what is shown last begins. */
  readonly lastSeconds: number;
  /** When the first packet begins that can be decoded by itself; `null`: none says so. */
  readonly keySeconds: number | null;
}

interface Track {
  nextSeconds: number;
  endSeconds: number;
  lastSeconds: number;
  keySeconds: number | null;
}

/**
 * Follows the packets of a file in constant memory, and the clock as FFmpeg follows it: where the clock of a transport
 * or programme stream starts anew, time goes on.
 */
export class SpanMeter {
  readonly #tracks = new Map<number, Track>();
  readonly #mayRestart: boolean;
  #offsetSeconds = 0;

  constructor(demuxer: string) {
    this.#mayRestart = restarting.has(demuxer);
  }

  add(line: string): void {
    const [stream, ptsText, dtsText, durationText, flags = ''] = line.split(',');
    const index = numberOf(stream);
    const pts = numberOf(ptsText) ?? numberOf(dtsText);
    // What an edit list hides is decoded, and not shown.
    if (index === null || pts === null || flags.includes('D')) return;
    const known = this.#tracks.get(index);
    const dts = numberOf(dtsText) ?? pts;
    if (this.#mayRestart && known) {
      const step = dts + this.#offsetSeconds - known.nextSeconds;
      if (step < -backSeconds || step > leapSeconds) this.#offsetSeconds -= step;
    }
    const track = known ?? { nextSeconds: 0, endSeconds: -Infinity, lastSeconds: -Infinity, keySeconds: null };
    const lasts = numberOf(durationText) ?? 0;
    track.nextSeconds = dts + this.#offsetSeconds + lasts;
    track.endSeconds = Math.max(track.endSeconds, pts + this.#offsetSeconds + lasts);
    track.lastSeconds = Math.max(track.lastSeconds, pts + this.#offsetSeconds);
    if (flags.includes('K')) track.keySeconds ??= pts + this.#offsetSeconds;
    this.#tracks.set(index, track);
  }

  ends(): ReadonlyMap<number, StreamEnd> {
    return new Map(this.#tracks);
  }
}

/** Headers whose lengths are counted, not guessed. */
const counted = new Set(['mov', 'wav', 'w64', 'aiff', 'caf', 'au', 'flac', 'ogg']);

const isPlain = ({ startMs, durationMs }: VideoFacts | AudioFacts): boolean =>
  durationMs !== null && durationMs > 0 && Math.abs(startMs) <= 50;

/**
 * Whether only its packets tell how long a file is: its header guesses from a bit rate, or says nothing, or names ends
 * where lengths are meant, as most do of streams that start apart.
 */
export const mustBeMeasured = ({ demuxer, container, video, audio }: MediaFacts): boolean => {
  if (images.test(demuxer)) return false;
  const streams = [...video.filter(({ isAttachedPicture }) => !isAttachedPicture), ...audio];
  if (!streams.every(isPlain) || video.some(({ isVfr }) => isVfr)) return true;
  return !counted.has(demuxer) && container !== 'matroska,webm';
};

/** Of a track that is declared, and holds nothing. */
export const noSound = (index: number): string => `track ${index} has no sound in it, and is left out`;

const lastEnd = (streams: readonly (VideoFacts | AudioFacts)[]): number | null => {
  const all = streams.map(({ startMs, durationMs }) => (durationMs === null ? null : startMs + durationMs));
  const known = all.filter((end) => end !== null);
  return known.length === 0 ? null : Math.max(...known);
};

/** Whether a recording began between two pictures that can be decoded by themselves: what comes before is not shown. */
const startsMidway = (
  { demuxer }: MediaFacts,
  end: StreamEnd | undefined,
): end is StreamEnd & { readonly keySeconds: number } => restarting.has(demuxer) && typeof end?.keySeconds === 'number';

/** The facts with the lengths that were measured; where the header counts them, it knows better how long the last picture stays. */
export const withEnds = (facts: MediaFacts, ends: ReadonlyMap<number, StreamEnd>): MediaFacts => {
  const since = (startMs: number, seconds: number): number =>
    Math.max(0, Math.round(seconds * 1000) - facts.zeroMs - startMs);
  const isCounted = counted.has(facts.demuxer);
  const lengthOf = ({ index, startMs, durationMs }: VideoFacts | AudioFacts): number | null => {
    const end = ends.get(index);
    if (end === undefined) return durationMs;
    return Math.max(since(startMs, end.endSeconds), isCounted ? (durationMs ?? 0) : 0);
  };
  const video = facts.video.map((whole): VideoFacts => {
    if (whole.isAttachedPicture) return whole;
    const end = ends.get(whole.index);
    const stream = startsMidway(facts, end) ? { ...whole, startMs: since(0, end.keySeconds) } : whole;
    const durationMs = lengthOf(stream);
    const lastMs = end && durationMs !== null ? durationMs - since(stream.startMs, end.lastSeconds) : null;
    return { ...stream, durationMs, lastMs };
  });
  const isEmpty = ({ index }: AudioFacts): boolean => ends.size > 0 && !ends.has(index);
  const empty = facts.audio.filter(isEmpty);
  const audio = facts.audio
    .filter((stream) => !isEmpty(stream))
    .map((stream): AudioFacts => ({ ...stream, durationMs: lengthOf(stream) }));
  const shown = [...video.filter(({ isAttachedPicture }) => !isAttachedPicture), ...audio];
  const longestMs = isCounted ? (facts.durationMs ?? lastEnd(shown)) : (lastEnd(shown) ?? facts.durationMs);
  const unheard = [...facts.unheard, ...empty.map(({ index }) => noSound(index))];
  return { ...facts, video, audio, unheard, durationMs: longestMs };
};
