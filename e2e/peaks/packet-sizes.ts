import { tool } from '../media/measure.ts';

/** The packets of the picture: when they are decoded, and their size. */
export const packetSizes = async (path: string): Promise<{ readonly seconds: number; readonly bytes: number }[]> => {
  const entries = ['-select_streams', 'v:0', '-show_entries', 'packet=pts_time,dts_time,size', '-of', 'json'];
  const shown = JSON.parse((await tool('ffprobe', ['-v', 'error', ...entries, path])).stdout) as {
    readonly packets: readonly { pts_time?: string; dts_time?: string; size: string }[];
  };
  return shown.packets
    .map(({ pts_time: pts, dts_time: dts, size }) => ({ seconds: Number(dts ?? pts), bytes: Number(size) }))
    .toSorted((a, b) => a.seconds - b.seconds);
};

/** The most bits a second in any window of so many seconds, by looking at each that begins with a packet. */
export const highest = (
  packets: readonly { readonly seconds: number; readonly bytes: number }[],
  windowSeconds: number,
): number =>
  Math.max(
    0,
    ...packets.map(({ seconds: begin }, from) => {
      const end = packets.findIndex(({ seconds }) => seconds >= begin + windowSeconds - 0.0005);
      const inside = packets.slice(from, end === -1 ? packets.length : end);
      return (inside.reduce((sum, { bytes }) => sum + bytes, 0) * 8) / windowSeconds;
    }),
  );
