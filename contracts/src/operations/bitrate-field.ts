import { z } from 'zod';
import { parseBitrate } from './transcode/resolution.ts';

/** A field that takes a bit rate in words or in bits a second, within bounds. */
export const bitrateField = (lowest: number, highest: number) =>
  z.union([z.string().max(12), z.int()]).refine((value) => {
    const bits = parseBitrate(value);
    return bits !== null && bits >= lowest && bits <= highest;
  }, `a bit rate such as 2500k, 2.5M or bits a second, from ${lowest} to ${highest}`);
