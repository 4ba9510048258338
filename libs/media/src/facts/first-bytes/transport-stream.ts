const syncByte = 0x47;

/** Plain packets, those of a disc with the time in front, and those of a broadcast with a checksum behind. */
const packetSizes = [188, 192, 204] as const;

/** So many packets in a row that no other content keeps the rhythm by chance. */
const packetsMin = 8;

const tsPackets = (bytes: Uint8Array, size: number, offset: number): boolean =>
  bytes.length > offset + 2 * size && [0, 1, 2].every((n) => bytes[offset + n * size] === syncByte);

/** Whether whole packets begin with the file. */
export const isMpegTs = (bytes: Uint8Array): boolean =>
  tsPackets(bytes, 188, 0) || tsPackets(bytes, 192, 4) || tsPackets(bytes, 204, 0);

// No packet may be without both adaptation and payload.
const isPacket = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === syncByte && ((bytes[at + 3] ?? 0) & 0x30) !== 0;

const keepsRhythm = (bytes: Uint8Array, size: number, offset: number): boolean => {
  const packets = Math.floor((bytes.length - offset - 4) / size) + 1;
  if (packets < packetsMin) return false;
  return Array.from({ length: packetsMin }).every((_, n) => isPacket(bytes, offset + n * size));
};

/** Whether whole packets begin within the first one, as in a stream that was caught from the air. */
export const isMpegTsFromMidPacket = (bytes: Uint8Array): boolean =>
  packetSizes.some((size) => Array.from({ length: size }).some((_, offset) => keepsRhythm(bytes, size, offset)));
