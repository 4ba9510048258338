/** A packet of a stream: when it is decoded, and its size. */
export interface Packet {
  readonly seconds: number;
  readonly bytes: number;
}

/** The packets of one stream as ffprobe writes them: PTS, DTS and size, one a line. */
export const readPackets = (text: string): Packet[] =>
  text
    .split('\n')
    .map((line) => {
      const [pts, dts, bytes] = line.split(',').map((word) => (word === '' ? NaN : Number(word)));
      return { seconds: Number.isNaN(dts) ? Number(pts) : Number(dts), bytes: Number(bytes) };
    })
    .filter(({ seconds, bytes }) => !Number.isNaN(seconds) && !Number.isNaN(bytes))
    .toSorted((a, b) => a.seconds - b.seconds);

export interface HighestRate {
  readonly bitsPerSecond: number;
  /** When the window begins that has it. */
  readonly atSeconds: number;
}

/** Clocks of containers are rounded to a millisecond, so that a window's last picture may seem to belong to it. */
const roundedSeconds = 0.0005;

/** The highest rate of a stream in any window of this length, by when packets are decoded. */
export const highestRate = (packets: readonly Packet[], windowSeconds: number): HighestRate => {
  let highest: HighestRate = { bitsPerSecond: 0, atSeconds: 0 };
  let [bytes, first] = [0, 0];
  for (const packet of packets) {
    bytes += packet.bytes;
    for (let from = packets[first]; from && packet.seconds - from.seconds >= windowSeconds - roundedSeconds;) {
      bytes -= from.bytes;
      from = packets[++first];
    }
    const bitsPerSecond = (bytes * 8) / windowSeconds;
    if (bitsPerSecond > highest.bitsPerSecond)
      highest = { bitsPerSecond, atSeconds: packets[first]?.seconds ?? packet.seconds };
  }
  return highest;
};
