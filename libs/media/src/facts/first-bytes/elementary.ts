import { startsWith } from './bytes.ts';

/** Places behind each start code; those of H.264 and HEVC may have a zero more in front. */
const unitsOf = (bytes: Uint8Array): number[] => {
  const units: number[] = [];
  for (let at = 0; at + 4 < bytes.length; at++) if (startsWith(bytes, [0, 0, 1], at)) units.push(at + 3);
  return units;
};

const h264 = { accessUnit: 9, information: 6, sequence: 7 } as const;
const hevc = { video: 32, sequence: 33, accessUnit: 35, information: 39 } as const;

type Codes = readonly number[];

/** The units of H.264 that stand before its first picture; null for what cannot be one. */
const h264Type = (header: number): number | null => {
  const [type, isReference] = [header & 0x1f, (header & 0x60) !== 0];
  if ((header & 0x80) !== 0) return null;
  return isReference === (type === h264.sequence) ? type : null;
};

/** The same of HEVC, whose header has a second byte: base layer, first sublayer. */
const hevcType = (header: number, second: number): number | null =>
  (header & 0x81) === 0 && second === 1 ? header >> 1 : null;

/** Every unit up to the sequence's own is one that may stand before it. */
const leadsTo = (types: readonly (number | null)[], before: Codes, sequence: number): boolean => {
  const at = types.indexOf(sequence);
  return at >= 0 && types.slice(0, at).every((type) => type !== null && before.includes(type));
};

/** The demuxer for video without a container, as encoders and analysers write it; null for anything else. */
export const elementaryVideo = (bytes: Uint8Array): 'h264' | 'hevc' | 'mpegvideo' | 'm4v' | null => {
  if (startsWith(bytes, [0, 0, 1, 0xb3])) return 'mpegvideo';
  if (startsWith(bytes, [0, 0, 1, 0xb0])) return 'm4v';
  if (!startsWith(bytes, [0, 0, 1]) && !startsWith(bytes, [0, 0, 0, 1])) return null;
  const units = unitsOf(bytes);
  const hevcTypes = units.map((at) => hevcType(bytes[at] ?? 0, bytes[at + 1] ?? 0));
  if (leadsTo(hevcTypes, [hevc.video, hevc.accessUnit, hevc.information], hevc.sequence)) return 'hevc';
  const h264Types = units.map((at) => h264Type(bytes[at] ?? 0));
  return leadsTo(h264Types, [h264.accessUnit, h264.information], h264.sequence) ? 'h264' : null;
};
