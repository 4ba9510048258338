import type { KeyframeRange } from './keyframe-range.ts';

const packetBytes = 188;
const ticksPerSecond = 90_000;

/** A packet that begins a frame. */
interface Start {
  readonly atBytes: number;
  readonly isKeyframe: boolean;
  /** Of its content, behind the PES header. */
  readonly payload: Uint8Array;
  /** When it is shown, in ticks of 90 kHz. */
  readonly atTicks: number;
}

const isSound = (streamId: number): boolean => streamId >= 0xc0 && streamId <= 0xdf;
const isPicture = (streamId: number): boolean => streamId >= 0xe0 && streamId <= 0xef;

const ticksIn = (pes: Uint8Array): number => {
  const byte = (n: number): number => pes[9 + n] ?? 0;
  // 33 bits: more than the operators for bits can hold.
  return ((byte(0) >> 1) & 7) * 2 ** 30 + (byte(1) << 22) + ((byte(2) >> 1) << 15) + (byte(3) << 7) + (byte(4) >> 1);
};

/** Packets that begin a frame of this kind (ISO/IEC 13818-1). */
function* startsIn(segment: Uint8Array, isKind: (streamId: number) => boolean): Generator<Start> {
  for (let atBytes = 0; atBytes + packetBytes <= segment.length; atBytes += packetBytes) {
    const packet = segment.subarray(atBytes, atBytes + packetBytes);
    const [, second = 0, , fourth = 0, fieldBytes = 0, fieldFlags = 0] = packet;
    const hasField = (fourth & 0x20) !== 0;
    const pes = packet.subarray(hasField ? 5 + fieldBytes : 4);
    const isStart = (second & 0x40) !== 0 && pes[0] === 0 && pes[1] === 0 && pes[2] === 1;
    if (!isStart || !isKind(pes[3] ?? 0)) continue;
    yield {
      atBytes,
      isKeyframe: hasField && fieldBytes > 0 && (fieldFlags & 0x40) !== 0,
      payload: pes.subarray(9 + (pes[8] ?? 0)),
      atTicks: ticksIn(pes),
    };
  }
}

/** Where the keyframes of a segment lie, each from its first packet to the next frame's. */
export const transportKeyframes = (segment: Uint8Array): KeyframeRange[] => {
  const starts = [...startsIn(segment, isPicture)];
  const firstTicks = starts.find(({ isKeyframe }) => isKeyframe)?.atTicks ?? 0;
  return starts.flatMap(({ atBytes, isKeyframe, atTicks }, n) =>
    isKeyframe
      ? [
          {
            atBytes,
            sizeBytes: (starts[n + 1]?.atBytes ?? segment.length) - atBytes,
            atSeconds: (atTicks - firstTicks) / ticksPerSecond,
          },
        ]
      : [],
  );
};

/** When the segment's first picture, or else its first sound, is shown, in ticks of 90 kHz. */
export const transportBeginning = (segment: Uint8Array): number | null => {
  for (const isKind of [isPicture, isSound]) for (const { atTicks } of startsIn(segment, isKind)) return atTicks;
  return null;
};

const hex = (byte: number | undefined): string => (byte ?? 0).toString(16).padStart(2, '0').toUpperCase();

/** Profile, constraints and level behind the start code of an H.264 sequence parameter set. */
const avcIn = (payload: Uint8Array): string | null => {
  const at = payload.findIndex(
    (byte, n) => byte === 0 && payload[n + 1] === 0 && payload[n + 2] === 1 && ((payload[n + 3] ?? 0) & 0x1f) === 7,
  );
  return at === -1 ? null : `avc1.${hex(payload[at + 4])}${hex(payload[at + 5])}${hex(payload[at + 6])}`;
};

/** The object type that an ADTS header names, which counts from 0 there. */
const aacIn = ([first = 0, second = 0, third = 0]: Uint8Array): string | null =>
  first === 0xff && (second & 0xf0) === 0xf0 ? `mp4a.40.${(third >> 6) + 1}` : null;

/** The RFC 6381 codec string of a segment of one stream of H.264 or AAC; null when it is none we make. */
export const codecOfTransport = (segment: Uint8Array): string | null => {
  for (const { payload } of startsIn(segment, isPicture)) {
    const codec = avcIn(payload);
    if (codec !== null) return codec;
  }
  for (const { payload } of startsIn(segment, isSound)) return aacIn(payload);
  return null;
};
