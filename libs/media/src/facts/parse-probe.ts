import { chaptersOf } from './chapters.ts';
import { milliseconds, number, record, records, text } from './json.ts';
import type { Json } from './json.ts';
import { masteringOf } from './mastering.ts';
import type { AudioFacts, MediaFacts, OtherFacts, Rational, SubtitleFacts, VideoFacts } from './media-facts.ts';
import { ratio } from './media-facts.ts';
import { oneProgramme } from './one-programme.ts';
import { noSound } from './spans.ts';

const rational = (value: unknown, separator: '/' | ':', fallback: Rational): Rational => {
  const [num, den] = (text(value) ?? '').split(separator).map(Number);
  return num !== undefined && den !== undefined && num > 0 && den > 0 ? { num, den } : fallback;
};

const noRate: Rational = { num: 0, den: 1 };

/** Matroska writes `00:00:09.960000000` into a tag instead of a stream duration: when the stream ends, not how long it is. */
const tagEnd = (stream: Json): number | null => {
  const parts = /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(text(record(stream.tags).DURATION) ?? '');
  return parts ? Math.round((Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3])) * 1000) : null;
};

/** Where a stream lies, after the start of the file. */
const placeOf = (stream: Json, zeroMs: number): { startMs: number; durationMs: number | null } => {
  const startMs = (milliseconds(stream.start_time) ?? zeroMs) - zeroMs;
  const end = tagEnd(stream);
  // Of a track that holds nothing ffprobe says how long the file is.
  if (end === 0) return { startMs, durationMs: 0 };
  return { startMs, durationMs: milliseconds(stream.duration) ?? (end === null ? null : end - zeroMs - startMs) };
};

const rotationOf = (stream: Json): VideoFacts['rotation'] => {
  const matrix = records(stream.side_data_list).find((entry) => entry.rotation !== undefined);
  const degrees = number(matrix?.rotation) ?? number(record(stream.tags).rotate) ?? 0;
  const turned = (((Math.round(degrees / 90) * 90) % 360) + 360) % 360;
  return turned === 90 || turned === 180 || turned === 270 ? turned : 0;
};

const bitDepthOf = (pixFmt: string): number => Number(/p(?:0)?(9|10|12|14|16)(?:le|be)?$/.exec(pixFmt)?.[1] ?? 8);

const alphaDecoders: Readonly<Record<string, string>> = { vp8: 'libvpx', vp9: 'libvpx-vp9' };

/** WebM keeps transparency beside the picture, and says so in a tag. */
const alphaDecoderOf = (stream: Json): string | null => {
  const tag = Object.entries(record(stream.tags)).find(([name]) => name.toLowerCase() === 'alpha_mode');
  return tag?.[1] === '1' ? (alphaDecoders[text(stream.codec_name) ?? ''] ?? null) : null;
};

const hdrTransfers = new Set(['smpte2084', 'arib-std-b67']);

// A 24 fps film in a 1/1000 timebase reads 24.01 against 24: only a clear difference means a variable rate.
const looksVariable = (fps: Rational, tick: Rational): boolean => {
  const [average, ticks] = [ratio(fps), ratio(tick)];
  return average > 0 && ticks > 0 && Math.abs(average - ticks) / ticks > 0.01;
};

/** Theora leaves out pictures that are as the one before, and its files say no average: nothing speaks for a constant rate. */
const saysNoAverage = (fps: Rational, tick: Rational, durationMs: number | null): boolean =>
  ratio(fps) === 0 && ratio(tick) > 0 && durationMs !== null;

const videoFacts = (stream: Json, zeroMs: number): VideoFacts => {
  const [width, height] = [number(stream.width) ?? 0, number(stream.height) ?? 0];
  const sar = rational(stream.sample_aspect_ratio, ':', { num: 1, den: 1 });
  const rotation = rotationOf(stream);
  const square = { width: Math.round(width * ratio(sar)), height };
  const isTurned = rotation === 90 || rotation === 270;
  const pixFmt = text(stream.pix_fmt) ?? 'unknown';
  const average = rational(stream.avg_frame_rate, '/', noRate);
  const tickRate = rational(stream.r_frame_rate, '/', noRate);
  const transfer = text(stream.color_transfer);
  const fieldOrder = text(stream.field_order);
  const frames = number(stream.nb_frames);
  const mastering = masteringOf(stream.side_data_list);
  const place = placeOf(stream, zeroMs);
  const isUnknown = saysNoAverage(average, tickRate, place.durationMs);
  const fps = isUnknown ? tickRate : average;
  const isInterlaced = fieldOrder !== null && ['tt', 'bb', 'tb', 'bt'].includes(fieldOrder);
  return {
    index: number(stream.index) ?? 0,
    codec: text(stream.codec_name) ?? 'unknown',
    width,
    height,
    displayWidth: isTurned ? square.height : square.width,
    displayHeight: isTurned ? square.width : square.height,
    sar,
    pixFmt,
    bitDepth: bitDepthOf(pixFmt),
    alphaDecoder: alphaDecoderOf(stream),
    fps,
    tickRate,
    // The tick of interlaced material is the field rate.
    isVfr: !isInterlaced && (isUnknown || looksVariable(average, tickRate)),
    isInterlaced,
    ...(fieldOrder === 'progressive' ? { isMarkedProgressive: true as const } : {}),
    frames,
    ...place,
    lastMs: null,
    hasHiddenPictures: frames !== null && frames - ((place.durationMs ?? Infinity) / 1000) * ratio(fps) > 1.5,
    rotation,
    colorPrimaries: text(stream.color_primaries),
    colorTransfer: transfer,
    colorSpace: text(stream.color_space),
    colorRange: text(stream.color_range),
    isHdr: transfer !== null && hdrTransfers.has(transfer),
    ...(mastering === null ? {} : { mastering }),
    isAttachedPicture: number(record(stream.disposition).attached_pic) === 1,
  };
};

const language = (stream: Json): string | null => {
  const tag = text(record(stream.tags).language);
  return tag === 'und' ? null : tag;
};

/** Names that muxers give to every track. */
const emptyNames = /handler|media|gpac|bento|^(sound|subtitle|text|stereo|mono|surround)s?$|^\W*$/i;

/** MP4 has no title of a track: there its handler's name stands for it. */
const titleOf = (stream: Json): { title?: string } => {
  const { title, handler_name: handler } = record(stream.tags);
  const found = text(title) ?? text(handler);
  return found === null || emptyNames.test(found) ? {} : { title: found };
};

const isMarked = (stream: Json, disposition: string): boolean => number(record(stream.disposition)[disposition]) === 1;

/** Of lossy sound nobody says how many bits it had. */
const bitsOf = (stream: Json): { bitDepth?: number } => {
  const bits = number(stream.bits_per_raw_sample) || number(stream.bits_per_sample) || 0;
  return bits > 0 ? { bitDepth: bits } : {};
};

const audioFacts = (stream: Json, zeroMs: number): AudioFacts => {
  const bits = number(stream.bit_rate);
  return {
    index: number(stream.index) ?? 0,
    codec: text(stream.codec_name) ?? 'unknown',
    channels: number(stream.channels) ?? 0,
    layout: text(stream.channel_layout),
    sampleRateHz: number(stream.sample_rate) ?? 0,
    ...bitsOf(stream),
    ...placeOf(stream, zeroMs),
    bitrateKbps: bits === null ? null : Math.round(bits / 1000),
    language: language(stream),
    ...titleOf(stream),
    ...(isMarked(stream, 'comment')
      ? { purpose: 'commentary' as const }
      : isMarked(stream, 'visual_impaired')
        ? { purpose: 'description' as const }
        : {}),
    ...(isMarked(stream, 'default') ? { isDefault: true as const } : {}),
  };
};

/** Why a declared track of sound cannot be heard; null when it can. */
const whyUnheard = (stream: Json, isCounted: boolean): string | null => {
  const index = number(stream.index) ?? 0;
  if (text(stream.codec_name) === null || stream.codec_name === 'unknown')
    return `track ${index} (${text(stream.codec_tag_string) ?? 'no codec'}) cannot be decoded, and is left out`;
  return isCounted && number(stream.nb_frames) === null ? noSound(index) : null;
};

const canvasOf = (stream: Json): Pick<SubtitleFacts, 'canvas'> => {
  const [width, height] = [number(stream.width) ?? 0, number(stream.height) ?? 0];
  return width > 0 && height > 0 ? { canvas: { width, height } } : {};
};

const subtitleFacts = (stream: Json): SubtitleFacts => ({
  index: number(stream.index) ?? 0,
  codec: text(stream.codec_name) ?? 'unknown',
  language: language(stream),
  ...titleOf(stream),
  ...(isMarked(stream, 'forced') ? { isForced: true as const } : {}),
  ...(isMarked(stream, 'hearing_impaired') ? { isForDeaf: true as const } : {}),
  ...canvasOf(stream),
});

/** Tracks that FFmpeg makes of what a file says elsewhere: titles of chapters, and time code. */
const implied = new Set(['text', 'tmcd']);

const otherFacts = (stream: Json): OtherFacts => ({
  index: number(stream.index) ?? 0,
  kind: stream.codec_type === 'attachment' ? 'attachment' : 'data',
  name:
    [record(stream.tags).filename, stream.codec_tag_string, stream.codec_name]
      .map(text)
      .find((name) => name !== null && !name.startsWith('[0]')) ?? 'unknown',
});

const othersOf = (streams: readonly Json[]): { others?: OtherFacts[] } => {
  const others = streams
    .filter(({ codec_type: type }) => type === 'data' || type === 'attachment')
    .map(otherFacts)
    .filter(({ name }) => !implied.has(name));
  return others.length === 0 ? {} : { others };
};

const longest = (durations: readonly (number | null)[]): number | null => {
  const known = durations.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
};

/** Demuxers that guess a length from the highest rate the first header allows, which may be a hundred times too short. */
const guessingDemuxers = new Set(['mpegvideo']);

/** How a photo lies is said in its frame, not in its stream. */
const withFrame = (stream: Json, frames: readonly Json[]): Json => {
  const frame = frames.find((each) => each.stream_index === stream.index);
  return frame === undefined || stream.side_data_list !== undefined
    ? stream
    : { ...stream, side_data_list: frame.side_data_list };
};

const withoutGuess = (stream: Json): Json => ({ ...stream, duration: undefined });

/** The facts in ffprobe's JSON (`-show_format -show_streams`); missing fields become null, never a guess. */
export const parseProbe = (raw: unknown, demuxer: string): MediaFacts => {
  const isGuess = guessingDemuxers.has(demuxer);
  const frames = records(record(raw).frames);
  const said = { streams: records(record(raw).streams), format: record(record(raw).format) };
  const programme = oneProgramme(raw, said.streams);
  const shown = programme.streams.map((stream) => withFrame(stream, frames));
  const streams = isGuess ? shown.map(withoutGuess) : shown;
  const format = isGuess ? withoutGuess(said.format) : said.format;
  const ofType = (type: string): Json[] => streams.filter((stream) => stream.codec_type === type);
  const zeroMs = milliseconds(format.start_time) ?? 0;
  const video = ofType('video').map((stream) => videoFacts(stream, zeroMs));
  // An MP4 that is no run of fragments counts the samples of each track; of an empty one there is no count.
  const isCounted = demuxer === 'mov' && ofType('video').some((stream) => number(stream.nb_frames) !== null);
  const sounds = ofType('audio').map((stream) => ({ stream, why: whyUnheard(stream, isCounted) }));
  const audio = sounds.filter(({ why }) => why === null).map(({ stream }) => audioFacts(stream, zeroMs));
  const bits = number(format.bit_rate);
  const ends = [...video, ...audio].map(({ startMs, durationMs }) => durationMs && startMs + durationMs);
  const chapters = chaptersOf(raw, zeroMs);
  // As with its streams, Matroska's duration is when the file ends. Pictures that move say none of the file's.
  const declared = milliseconds(format.duration) || null;
  return {
    demuxer,
    container: text(format.format_name) ?? 'unknown',
    zeroMs,
    durationMs: declared === null ? longest(ends) : declared - (demuxer === 'matroska' ? zeroMs : 0),
    bitrateKbps: bits === null ? null : Math.round(bits / 1000),
    sizeBytes: number(format.size),
    video,
    audio,
    subtitles: ofType('subtitle').map(subtitleFacts),
    unheard: [...programme.leftOut, ...sounds.flatMap(({ why }) => why ?? [])],
    ...othersOf(streams),
    ...(chapters.length === 0 ? {} : { chapters }),
  };
};
