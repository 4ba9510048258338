import { ffmpegGlobals, guardedInput } from '../argv/guard.ts';
import type { MediaFacts } from '../facts/media-facts.ts';
import { turnFilters } from '../facts/turns.ts';
import { chain } from '../filtergraph/filter.ts';
import type { Step } from './plan.ts';

/** Where a still is drawn anew. */
export const redrawnFile = (name: string): string => `${name}.png`;

/**
 * The step that draws a still anew, as it stands: FFmpeg does not heed how WebP, TIFF and AVIF lie, and takes an AVIF for
 * a film without a length. `null`: it is read as it is.
 */
export const redrawStep = (name: string, { demuxer, redraw }: MediaFacts): Step | null =>
  redraw === undefined
    ? null
    : {
        id: 'redraw',
        tool: 'ffmpeg',
        argv: [
          ...ffmpegGlobals,
          ...guardedInput(name, demuxer),
          '-map',
          '0:v:0',
          ...(redraw.length === 0 ? [] : ['-vf', chain(turnFilters(redraw))]),
          '-map_metadata',
          '-1',
          '-frames:v',
          '1',
          '-c:v',
          'png',
          '-f',
          'image2',
          '-update',
          '1',
          { scratch: redrawnFile(name) },
        ],
        reads: [name],
        writes: [],
        weight: 0,
        expectedDurationMs: 0,
      };
