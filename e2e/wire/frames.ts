import { damage, type Chance } from './chance.ts';

/** A frame of RFC 6455 §5.2; what it says of its length and kind need not be so. */
const frame = (chance: Chance): Buffer => {
  const payload = chance.one([Buffer.alloc(0), Buffer.from('{}'), chance.bytes(chance.int(130)), chance.bytes(4_200)]);
  const flags = chance.is(0.85) ? 0x80 : chance.one([0x00, 0x40, 0xc0, 0xf0]);
  const kind = chance.one([0, 1, 1, 1, 2, 3, 7, 8, 8, 9, 9, 10, 11, 15]);
  const mask = chance.is(0.9) ? 0x80 : 0;
  const length = chance.is(0.9) ? payload.length : chance.one([0, 125, 126, 127, 65_535, 2 ** 31, 2 ** 53]);
  const head =
    length < 126
      ? Buffer.from([flags | kind, mask | length])
      : length < 65_536
        ? Buffer.from([flags | kind, mask | 126, length >> 8, length & 255])
        : Buffer.concat([Buffer.from([flags | kind, mask | 127]), big(length)]);
  return Buffer.concat([head, mask ? Buffer.alloc(4) : Buffer.alloc(0), payload]);
};

const big = (length: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
};

/** What a client says once its WebSocket is open. */
export const frames = (chance: Chance): Buffer => {
  const sound = Buffer.concat(Array.from({ length: 1 + chance.int(4) }, () => frame(chance)));
  return chance.is(0.3) ? damage(chance, sound) : sound;
};
