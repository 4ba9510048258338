import type { AudioFacts, MediaFacts, Restart, VideoFacts } from './media-facts.ts';

/** What `SpanMeter` reads: ffprobe's packets, one a line. */
export const packetFlags = [
  '-show_entries',
  'packet=stream_index,pts_time,dts_time,duration_time,flags',
  '-of',
  'csv=print_section=0',
] as const;

/** Clocks that may start anew inside of a file: recordings that were joined, programmes that follow each other. */
const restarting = new Set(['mpegts', 'mpeg']);

/** From where on a step in time is a new clock, and how far back is forgiven: as FFmpeg has it (`dts_delta_threshold`). */
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
  readonly restarts: readonly Restart[];
}

interface Track {
  packets: number;
  /** Which of the file's clocks it is at; the rest is by that clock. */
  clock: number;
  nextSeconds: number;
  endSeconds: number;
  lastSeconds: number;
  /** By how much holes that are taken for a new clock have moved it. */
  leaptSeconds: number;
  key: { readonly clock: number; readonly seconds: number } | null;
  readonly restarts: { readonly packet: number; readonly clock: number }[];
}

const newTrack = (): Track => ({
  packets: 0,
  clock: 0,
  nextSeconds: NaN,
  endSeconds: -Infinity,
  lastSeconds: -Infinity,
  leaptSeconds: 0,
  key: null,
  restarts: [],
});

/**
 * Follows the packets of a file in constant memory, and its clock: where that starts anew, time goes on, for all streams
 * by as much as the longest of them needs, so that they stay together. `timed`: the streams whose packets follow each
 * other without a hole; the others, subtitles and data, go with them.
 */
export class SpanMeter {
  readonly #tracks = new Map<number, Track>();
  readonly #mayRestart: boolean;
  readonly #timed: ReadonlySet<number> | null;
  /** By how much each clock but the first is behind the one before it. */
  readonly #behindSeconds: number[] = [0];

  constructor(demuxer: string, timed: ReadonlySet<number> | null = null) {
    this.#mayRestart = restarting.has(demuxer);
    this.#timed = timed;
  }

  add(line: string): void {
    const [stream, ptsText, dtsText, durationText, flags = ''] = line.split(',');
    const index = numberOf(stream);
    if (index === null) return;
    const track = this.#tracks.get(index) ?? newTrack();
    this.#tracks.set(index, track);
    const packet = track.packets++;
    const pts = numberOf(ptsText) ?? numberOf(dtsText);
    // What an edit list hides is decoded, and not shown.
    if (pts === null || flags.includes('D')) return;
    const dts = numberOf(dtsText) ?? pts;
    if (this.#mayRestart) this.#follow(track, dts, packet, this.#timed?.has(index) ?? true);
    const lasts = numberOf(durationText) ?? 0;
    const at = pts + track.leaptSeconds;
    track.nextSeconds = dts + track.leaptSeconds + lasts;
    track.endSeconds = Math.max(track.endSeconds, at + lasts);
    track.lastSeconds = Math.max(track.lastSeconds, at);
    if (flags.includes('K')) track.key ??= { clock: track.clock, seconds: at };
  }

  /** Of every stream that has something in it. */
  ends(): ReadonlyMap<number, StreamEnd> {
    let offset = 0;
    const offsets = this.#behindSeconds.map((behind) => (offset += behind));
    const offsetOf = (clock: number): number => offsets[clock] ?? 0;
    const found = [...this.#tracks].filter(([, { endSeconds }]) => endSeconds > -Infinity);
    return new Map(
      found.map(([index, { clock, endSeconds, lastSeconds, key, restarts }]) => [
        index,
        {
          endSeconds: endSeconds + offsetOf(clock),
          lastSeconds: lastSeconds + offsetOf(clock),
          keySeconds: key && key.seconds + offsetOf(key.clock),
          restarts: restarts.map((restart) => ({ packet: restart.packet, offsetSeconds: offsetOf(restart.clock) })),
        },
      ]),
    );
  }

  #follow(track: Track, dts: number, packet: number, isTimed: boolean): void {
    const newest = this.#behindSeconds.length - 1;
    if (!isTimed) {
      if (track.clock < newest) this.#restart(track, packet, newest);
      return;
    }
    const step = dts + track.leaptSeconds - track.nextSeconds;
    if (step > leapSeconds) track.leaptSeconds -= step;
    if (!(step < -backSeconds)) return;
    this.#restart(track, packet, track.clock + 1);
    this.#behindSeconds[track.clock] = Math.max(this.#behindSeconds[track.clock] ?? 0, -step);
  }

  #restart(track: Track, packet: number, clock: number): void {
    track.clock = clock;
    track.endSeconds = -Infinity;
    track.lastSeconds = -Infinity;
    track.restarts.push({ packet, clock });
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

/** More new clocks than this are noise. */
const restartsMax = 64;

const restartsOf = (ends: ReadonlyMap<number, StreamEnd>): MediaFacts['restarts'] | null => {
  const found = [...ends].map(([index, { restarts }]) => ({ index, restarts }));
  const count = found.reduce((sum, { restarts }) => sum + restarts.length, 0);
  return count === 0 || count > restartsMax || found.length < 2 ? null : found;
};

const lastEnd = (streams: readonly (VideoFacts | AudioFacts)[]): number | null => {
  const all = streams.map(({ startMs, durationMs }) => (durationMs === null ? null : startMs + durationMs));
  const known = all.filter((end) => end !== null);
  return known.length === 0 ? null : Math.max(...known);
};

/** When the first picture begins that is shown, in what may have been recorded from midway; `null`: as its header says. */
const firstShown = ({ demuxer }: MediaFacts, end: StreamEnd | undefined): number | null =>
  restarting.has(demuxer) ? (end?.keySeconds ?? null) : null;

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
    const shownSeconds = firstShown(facts, end);
    const stream = shownSeconds === null ? whole : { ...whole, startMs: since(0, shownSeconds) };
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
  const restarts = restartsOf(ends);
  return { ...facts, video, audio, unheard, durationMs: longestMs, ...(restarts === null ? {} : { restarts }) };
};
