import { filter } from '../filtergraph/filter.ts';

/** FFmpeg's limiter knows no lower ceiling. */
export const ceilingDbMin = -24;

/** Sound with a place for every channel. */
export interface ChannelShape {
  readonly channels: number;
  readonly layout: string;
}

const limiter = (ceilingDb: number): string =>
  filter('alimiter', {
    limit: (10 ** (Math.max(ceilingDb, ceilingDbMin) / 20)).toFixed(6),
    level: 'disabled',
    attack: 5,
    release: 50,
    latency: 1,
  });

const paired = (first: number, channels: number, ceilingDb: number): string => {
  const isAlone = first + 1 >= channels;
  const pair = `pan=stereo|c0=c${first}|c1=c${isAlone ? first : first + 1}`;
  return [pair, limiter(ceilingDb), ...(isAlone ? ['pan=mono|c0=c0'] : [])].join(',');
};

// The limiter compares peaks of the first two channels alone, and amplifies when a third is louder: it only works on pairs.
const inPairs = ({ channels, layout }: ChannelShape, ceilingDb: number): string => {
  if (channels === 2) return limiter(ceilingDb);
  const pairs = Math.ceil(channels / 2);
  if (pairs === 1) return paired(0, channels, ceilingDb);
  const numbers = Array.from({ length: pairs }, (_, n) => n);
  const order = Array.from({ length: channels }, (_, channel) => channel).join('|');
  return [
    `asplit=${pairs}${numbers.map((n) => `[pair${n}]`).join('')}`,
    ...numbers.map((n) => `[pair${n}]${paired(2 * n, channels, ceilingDb)}[limited${n}]`),
    `${numbers.map((n) => `[limited${n}]`).join('')}amerge=inputs=${pairs},` +
      filter('channelmap', { map: order, channel_layout: layout }),
  ].join(';');
};

/**
 * Filters that hold true peaks below a ceiling: at 192 kHz a sample peak is as good as a true one. The channels of a pair
 * are turned down together, the look-ahead is compensated, and `level=disabled` keeps the limiter from raising all to 0 dB.
 */
export const truePeakLimiter = (ceilingDb: number, shape: ChannelShape, sampleRateHz: number): string[] => [
  filter('aresample', { sample_rate: 192_000 }),
  inPairs(shape, ceilingDb),
  filter('aresample', { sample_rate: sampleRateHz }),
];
