import type { Size } from '@ffapi/media';
import { MediaFailure } from '../media-failure.ts';

/** All frames of an animation together: a minute of 4K at 25 frames a second, or five of HD. */
const pixelsMax = 16e9;

/** How many frames an animation of this size may have: each is drawn at the size of the whole. */
export const framesMaxOf = ({ width, height }: Size): number => Math.floor(pixelsMax / Math.max(1, width * height));

export const tooManyFrames = (size: Size): MediaFailure =>
  new MediaFailure('media_too_large', {
    message: `The animation has more than ${framesMaxOf(size)} frames of ${size.width}x${size.height}.`,
  });
