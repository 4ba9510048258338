const hex = (value: number, digits = 2): string => value.toString(16).toUpperCase().padStart(digits, '0');

/** Offset of a box's payload; the type must follow a plausible length, since the four letters may occur by chance. */
const payloadOf = (init: Uint8Array, type: string): number | null => {
  const letters = [...type].map((char) => char.charCodeAt(0));
  const view = new DataView(init.buffer, init.byteOffset, init.byteLength);
  for (let at = 4; at + 4 <= init.length; at++) {
    if (!letters.every((letter, i) => init[at + i] === letter)) continue;
    const length = view.getUint32(at - 4);
    if (length >= 8 && at - 4 + length <= init.length) return at + 4;
  }
  return null;
};

const avc = (init: Uint8Array, at: number): string =>
  `avc1.${hex(init[at + 1] ?? 0)}${hex(init[at + 2] ?? 0)}${hex(init[at + 3] ?? 0)}`;

const reverseBits = (value: number): number => {
  let out = 0;
  for (let bit = 0; bit < 32; bit++) out = ((out << 1) | ((value >>> bit) & 1)) >>> 0;
  return out;
};

/** ISO/IEC 14496-15 annex E: profile, reversed compatibility flags, tier and level, then the constraint bytes. */
const hevc = (init: Uint8Array, at: number): string => {
  const view = new DataView(init.buffer, init.byteOffset + at);
  const first = view.getUint8(1);
  const space = ['', 'A', 'B', 'C'][first >> 6] ?? '';
  const tier = (first & 0x20) === 0 ? 'L' : 'H';
  const constraints = [6, 7, 8, 9, 10, 11].map((n) => view.getUint8(n));
  while (constraints.at(-1) === 0) constraints.pop();
  const compatibility = reverseBits(view.getUint32(2)).toString(16).toUpperCase();
  return [
    'hvc1',
    `${space}${first & 0x1f}`,
    compatibility,
    `${tier}${view.getUint8(12)}`,
    ...constraints.map((byte) => byte.toString(16).toUpperCase()),
  ].join('.');
};

/** The RFC 6381 codec string that an fMP4 initialisation segment describes; null when it is none we make. */
export const codecOfInit = (init: Uint8Array): string | null => {
  const avcAt = payloadOf(init, 'avcC');
  if (avcAt !== null) return avc(init, avcAt);
  const hevcAt = payloadOf(init, 'hvcC');
  if (hevcAt !== null) return hevc(init, hevcAt);
  return payloadOf(init, 'esds') === null ? null : 'mp4a.40.2';
};
