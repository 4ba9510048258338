import type { Peaks } from './peaks.ts';

export interface DrawingSize {
  readonly width: number;
  readonly height: number;
}

const [clear, faint, full] = ['0', '5', '9'];

const rowsOf = (low: number, high: number, height: number): { readonly top: number; readonly bottom: number } => {
  const middle = (height - 1) / 2;
  return { top: Math.round(middle - high * middle), bottom: Math.round(middle - low * middle) };
};

/** The columns of points that a column of pixels shows. */
const column = (peaks: Peaks, x: number, { width, height }: DrawingSize) => {
  const points = peaks.max.length;
  const from = Math.floor((x * points) / width);
  const to = Math.max(from + 1, Math.floor(((x + 1) * points) / width));
  const high = Math.max(...peaks.max.slice(from, to));
  const low = Math.min(...peaks.min.slice(from, to));
  const rms = Math.max(...peaks.rms.slice(from, to));
  return {
    outer: rowsOf(Math.min(low, 0), Math.max(high, 0), height),
    inner: rowsOf(Math.max(-rms, Math.min(low, 0)), Math.min(rms, Math.max(high, 0)), height),
  };
};

/**
 * The waveform as text: one digit for the opacity of each pixel, row by row. Digits are bytes, so FFmpeg reads them as grey
 * pixels; its own drawing filter keeps all of the sound in memory.
 */
export const drawing = (peaks: Peaks, size: DrawingSize): string => {
  const columns = Array.from({ length: size.width }, (_, x) => column(peaks, x, size));
  const pixel = ({ outer, inner }: (typeof columns)[number], y: number): string => {
    if (y >= inner.top && y <= inner.bottom) return full;
    return y >= outer.top && y <= outer.bottom ? faint : clear;
  };
  return Array.from({ length: size.height }, (_, y) => columns.map((each) => pixel(each, y)).join('')).join('');
};
