import type { ThumbnailsParams } from '@ffapi/contracts';
import { chain, filter } from '../../filtergraph/filter.ts';
import { evenSize } from '../../ladder/fit.ts';
import type { Size } from '../../ladder/fit.ts';
import type { VideoFacts } from '../../facts/media-facts.ts';

export interface SpriteSheet {
  readonly tile: Size;
  readonly columns: number;
  readonly rows: number;
  readonly tiles: number;
  readonly intervalMs: number;
}

const tilesMax = 400;

/** The sheet's geometry; long films get wider intervals instead of endless sheets. */
export const spriteSheet = (
  wanted: NonNullable<ThumbnailsParams['sprite']>,
  picture: VideoFacts,
  durationMs: number,
): SpriteSheet => {
  const asked = wanted.interval === undefined ? Math.max(1000, durationMs / 100) : wanted.interval * 1000;
  const intervalMs = Math.max(asked, durationMs / tilesMax);
  const tiles = Math.max(1, Math.ceil(durationMs / intervalMs));
  const columns = Math.min(wanted.columns, tiles);
  const tile = evenSize({ width: wanted.width, height: (wanted.width * picture.displayHeight) / picture.displayWidth });
  return { tile, columns, rows: Math.ceil(tiles / columns), tiles, intervalMs };
};

/** Decoded frames to one sheet. */
export const spriteGraph = (sheet: SpriteSheet): string =>
  chain([
    filter('fps', { fps: `1000/${Math.round(sheet.intervalMs)}`, round: 'up' }),
    filter('scale', { w: sheet.tile.width, h: sheet.tile.height }),
    filter('setsar', { sar: 1 }),
    filter('tile', { layout: `${sheet.columns}x${sheet.rows}` }),
  ]);

const clock = (timeMs: number): string => {
  const pad = (value: number, digits = 2): string => String(Math.floor(value)).padStart(digits, '0');
  return `${pad(timeMs / 3_600_000)}:${pad((timeMs / 60_000) % 60)}:${pad((timeMs / 1000) % 60)}.${pad(timeMs % 1000, 3)}`;
};

/** The WebVTT map from time to tile, as seek bars read it (`#xywh`, Media Fragments URI 1.0). */
export const spriteVtt = (sheet: SpriteSheet, sheetName: string, durationMs: number): string => {
  const cues = Array.from({ length: sheet.tiles }, (_, n) => {
    const from = n * sheet.intervalMs;
    const to = Math.min(durationMs, from + sheet.intervalMs);
    const [x, y] = [(n % sheet.columns) * sheet.tile.width, Math.floor(n / sheet.columns) * sheet.tile.height];
    return `${clock(from)} --> ${clock(to)}\n${sheetName}#xywh=${x},${y},${sheet.tile.width},${sheet.tile.height}\n`;
  });
  return `WEBVTT\n\n${cues.join('\n')}`;
};
