import { number, record, records, text } from './json.ts';
import type { Json } from './json.ts';

/** What the picture was mastered on, and how bright it gets: static metadata of HDR10, in the units of SMPTE ST 2086. */
export interface Mastering {
  /** Each corner of the gamut as x and y, in 1/50000. */
  readonly display: {
    readonly red: readonly [number, number];
    readonly green: readonly [number, number];
    readonly blue: readonly [number, number];
    readonly white: readonly [number, number];
    /** In 1/10000 candela per square metre. */
    readonly luminance: { readonly max: number; readonly min: number };
  } | null;
  /** The brightest pixel, and the brightest frame on average, in candela per square metre. */
  readonly light: { readonly max: number; readonly average: number } | null;
}

/** A fraction such as `34000/50000` in parts of `unit`. */
const inUnits = (value: unknown, unit: number): number | null => {
  const [num, den] = (text(value) ?? '').split('/').map(Number);
  return num !== undefined && den !== undefined && den > 0 ? Math.round((num / den) * unit) : null;
};

const displayOf = (data: Json): Mastering['display'] => {
  const corner = (name: string): readonly [number, number] | null => {
    const [x, y] = [inUnits(data[`${name}_x`], 50_000), inUnits(data[`${name}_y`], 50_000)];
    return x === null || y === null ? null : [x, y];
  };
  const [red, green, blue, white] = [corner('red'), corner('green'), corner('blue'), corner('white_point')];
  const [max, min] = [inUnits(data.max_luminance, 10_000), inUnits(data.min_luminance, 10_000)];
  if (!red || !green || !blue || !white || max === null || min === null) return null;
  return { red, green, blue, white, luminance: { max, min } };
};

const lightOf = (data: Json): Mastering['light'] => {
  const [max, average] = [number(data.max_content), number(data.max_average)];
  return max === null || average === null ? null : { max, average };
};

/** The static HDR metadata among the side data of a stream or a frame; null where there is none. */
export const masteringOf = (sideData: unknown): Mastering | null => {
  const data = records(sideData);
  const ofType = (type: string): Json =>
    record(data.find(({ side_data_type: name }) => (text(name) ?? '').startsWith(type)));
  const display = displayOf(ofType('Mastering display metadata'));
  const light = lightOf(ofType('Content light level metadata'));
  return display === null && light === null ? null : { display, light };
};

/** ffprobe's flags for the first frame of a stream: some files say how they were mastered in the picture alone. */
export const firstFrameFlags = (index: number): string[] => [
  '-select_streams',
  String(index),
  '-read_intervals',
  '%+#1',
  '-show_frames',
];

/** What the first frame says, of ffprobe's JSON. */
export const masteringOfFrames = (raw: unknown): Mastering | null =>
  masteringOf(records(record(raw).frames)[0]?.side_data_list);
