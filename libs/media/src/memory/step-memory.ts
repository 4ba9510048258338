import { type MediaFacts, type VideoFacts } from '../facts/media-facts.ts';
import type { Step } from '../plans/plan.ts';
import { readCall, type CallWords, type OptionWord, type Section } from './argv-words.ts';
import { encoderBytesPerPixel, type EncoderWords } from './encoder-memory.ts';
import { readGraph, type GraphFilter } from './graph-words.ts';
import { heldFrames, heldSoundBytes, pixelsBehind } from './held-frames.ts';

const mebibyte = 1024 * 1024;
/** FFmpeg itself with its libraries, its threads' stacks, fonts, and a little of everything. */
const baseBytes = 192 * mebibyte;
/** A demuxer's buffers and index, and the packets that wait. */
const inputBytes = 8 * mebibyte;
/** A decoder refers to frames, and each of its threads works on one; the most that a codec may is twice that. */
const decodedFrames = 8;
/** Of a frame between filters: many of them work on packed RGB. */
const filteredBytes = 3;
const decodedBytes = 1.5;

type Facts = Readonly<Record<string, MediaFacts>>;

const pixelsOf = ({ width, height }: VideoFacts): number => width * height;
const depthOf = ({ bitDepth }: VideoFacts): number => (bitDepth > 8 ? 2 : 1);

/** The streams that a specifier such as `0:1` or `0:v` names. */
const streamsAt = (specifier: string, inputs: readonly (MediaFacts | undefined)[]): readonly VideoFacts[] => {
  const [, place, type, index] = /^-?(\d+)(?::(?:([a-z])(?::(\d+))?|(\d+)))?/i.exec(specifier) ?? [];
  const media = inputs[Number(place)];
  if (place === undefined || media === undefined) return [];
  const stream = /^\d+:(\d+)/.exec(specifier)?.[1];
  if (stream !== undefined) return media.video.filter((each) => each.index === Number(stream));
  if (type !== undefined && !/v/i.test(type)) return [];
  const wanted = index === undefined ? undefined : media.video[Number(index)];
  return index === undefined ? media.video : wanted ? [wanted] : [];
};

interface Walked {
  /** Pixels of a frame behind each label. */
  readonly labels: ReadonlyMap<string, number>;
  readonly last: number;
  readonly heldBytes: number;
  /** Streams that the graph takes in. */
  readonly taken: readonly VideoFacts[];
}

const walk = (graph: string, first: number, inputs: readonly (MediaFacts | undefined)[]): Walked => {
  const labels = new Map<string, number>();
  const taken: VideoFacts[] = [];
  let [heldBytes, last] = [0, first];
  const comingIn = (label: string): number => {
    const streams = streamsAt(label, inputs);
    taken.push(...streams);
    return labels.get(label) ?? Math.max(0, ...streams.map(pixelsOf));
  };
  const step = (filter: GraphFilter, before: readonly number[]): number => {
    const pixels = pixelsBehind(filter, before);
    heldBytes += heldFrames(filter) * Math.max(pixels, ...before) * filteredBytes + heldSoundBytes(filter);
    for (const label of filter.to) labels.set(label, pixels);
    return pixels;
  };
  for (const chain of readGraph(graph)) {
    let current: number[] = first > 0 ? [first] : [];
    for (const filter of chain) {
      const joined = filter.from.map(comingIn);
      last = step(filter, joined.length > 0 ? [...joined, ...(filter === chain[0] ? [] : current)] : current);
      current = [last];
    }
  }
  return { labels, last, heldBytes, taken };
};

const soundMuxers = new Set([
  'mp3',
  'wav',
  'flac',
  'ogg',
  'opus',
  'adts',
  'ipod',
  'srt',
  'webvtt',
  'ass',
  'ffmetadata',
]);
const defaultEncoders: Readonly<Record<string, string>> = {
  mp4: 'libx264',
  mov: 'libx264',
  matroska: 'libx264',
  mpegts: 'libx264',
  hls: 'libx264',
  dash: 'libx264',
  webm: 'libvpx-vp9',
  webp: 'libwebp_anim',
};

const valueOf = (options: readonly OptionWord[], names: readonly string[], stream = /^(v|$)/): string | undefined => {
  const found = options.findLast((option) => names.includes(option.name) && stream.test(option.stream));
  return typeof found?.value === 'string' ? found.value : undefined;
};

/** Settings of an encoder: those of the call, and those in its own list. */
const settingsOf = (options: readonly OptionWord[]): Record<string, string> => {
  const settings: Record<string, string> = {};
  for (const { name, value } of options) {
    if (typeof value !== 'string') continue;
    settings[name] = value;
    if (!/-params$|^x26[45]opts$/.test(name)) continue;
    for (const [, key = '', set = ''] of value.matchAll(/([\w-]+)=([^:]*)/g)) settings[key] = set;
  }
  return settings;
};

/** The n-th picture that an output encodes; null where it is copied or left out. */
const encoderAt = ({ options }: Section, n: number): EncoderWords | null => {
  const stream = new RegExp(`^(v:${n})?$|^v$`);
  const format = valueOf(options, ['f']) ?? '';
  const given = valueOf(options, ['c', 'codec', 'vcodec'], stream);
  const name = given ?? (soundMuxers.has(format) ? 'copy' : (defaultEncoders[format] ?? 'rawvideo'));
  if (name === 'copy' || options.some((option) => option.name === 'vn')) return null;
  return { name, preset: valueOf(options, ['preset'], stream), settings: settingsOf(options) };
};

const pictureSize = ({ options }: Section): number | null => {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(valueOf(options, ['s']) ?? '') ?? [];
  return width === undefined ? null : Number(width) * Number(height);
};

interface Encoded {
  readonly bytes: number;
  readonly taken: readonly VideoFacts[];
}

/** What one output's encoders and its own filters keep, and the streams that it takes in. */
const outputMemory = (
  section: Section,
  { labels }: Pick<Walked, 'labels'>,
  inputs: readonly (MediaFacts | undefined)[],
): Encoded => {
  const maps = section.options.flatMap(({ name, value }) =>
    name === 'map' && typeof value === 'string' ? [value] : [],
  );
  const all = inputs.flatMap((media) => media?.video ?? []);
  const largest = all.toSorted((a, b) => pixelsOf(b) - pixelsOf(a)).slice(0, 1);
  const pictures: { pixels: number; depth: number; taken: readonly VideoFacts[] }[] = [];
  for (const map of maps) {
    const labelled = labels.get(/^\[(.+)\]$/.exec(map)?.[1] ?? '');
    if (labelled !== undefined && labelled > 0) pictures.push({ pixels: labelled, depth: 1, taken: [] });
    for (const stream of streamsAt(map, inputs))
      pictures.push({ pixels: pixelsOf(stream), depth: depthOf(stream), taken: [stream] });
  }
  if (maps.length === 0 && labels.size > 0)
    pictures.push({ pixels: Math.max(...labels.values()), depth: 1, taken: [] });
  else if (maps.length === 0)
    for (const stream of largest) pictures.push({ pixels: pixelsOf(stream), depth: depthOf(stream), taken: [stream] });
  // Transparency is encoded as a second picture.
  const layers = valueOf(section.options, ['pix_fmt'])?.startsWith('yuva') ? 2 : 1;
  const deep = /p1[0-6]|[46]8|64/.test(valueOf(section.options, ['pix_fmt']) ?? '') ? 1.6 : 1;
  const graph = valueOf(section.options, ['vf', 'filter']) ?? '';
  let bytes = 0;
  const taken: VideoFacts[] = [];
  for (const [n, picture] of pictures.entries()) {
    const encoder = encoderAt(section, n);
    if (encoder === null) continue;
    taken.push(...picture.taken);
    const filtered = walk(graph, picture.pixels, inputs);
    const pixels = pictureSize(section) ?? (graph === '' ? picture.pixels : filtered.last);
    bytes +=
      filtered.heldBytes * picture.depth +
      layers * encoderBytesPerPixel(encoder) * pixels * Math.max(deep, picture.depth * 0.8);
  }
  return { bytes, taken };
};

const decoderBytes = (stream: VideoFacts, threads: number): number =>
  (decodedFrames + threads) * pixelsOf(stream) * decodedBytes * depthOf(stream);

const callMemory = (call: CallWords, facts: Facts, threads: number): number => {
  const inputs = call.inputs.map((name) => (name === null ? undefined : facts[name]));
  const whole = call.complex.map((graph) => walk(graph, 0, inputs));
  const labels = new Map(whole.flatMap((each) => [...each.labels]));
  const outputs = call.outputs.map((section) => outputMemory(section, { labels }, inputs));
  const taken = new Set([...whole, ...outputs].flatMap((each) => each.taken));
  const decoding = [...taken].reduce((sum, stream) => sum + decoderBytes(stream, threads), 0);
  const filtering = whole.reduce((sum, { heldBytes }) => sum + heldBytes, 0);
  const encoding = outputs.reduce((sum, { bytes }) => sum + bytes, 0);
  return inputBytes * call.inputs.length + decoding + filtering + encoding;
};

/** Bytes of memory that a step needs, with this many threads that decode. */
export type StepMemory = (step: Step, facts: Facts, threads: number) => number;

/**
 * Of a step that decodes, filters and encodes: its decoders', filters' and encoders' frames by a table, times their size.
 * A bound for what is common, an estimate for the rest: the tool is held to what was announced.
 */
export const encodingMemory: StepMemory = ({ argv, onComplaint }, facts, threads) => {
  const calls = [argv, ...(onComplaint ? [onComplaint] : [])].map(readCall);
  return Math.ceil(baseBytes + Math.max(...calls.map((call) => callMemory(call, facts, threads))));
};

/** Of a step that only looks at its inputs: at most the largest picture is decoded. */
export const probingMemory: StepMemory = (_, facts, threads) => {
  const pictures = Object.values(facts).flatMap(({ video }) => video);
  return Math.ceil(baseBytes + Math.max(0, ...pictures.map((each) => decoderBytes(each, threads))));
};
