import { z } from 'zod';

/** The frame that compositions paint on. */
export const canvasFields = {
  width: z.int().min(2).max(7680).default(1920).describe('Width of the frame in pixels; odd sizes become even.'),
  height: z.int().min(2).max(4320).default(1080).describe('Height of the frame in pixels.'),
  fps: z.number().min(1).max(240).default(30).describe('Frames a second.'),
  preset: z.enum(['fast', 'balanced', 'quality']).default('balanced').describe('Speed of the encoder against size.'),
};

/** Seconds as a number, or as text that is a number. */
export const seconds = (lowest: number, highest: number) => z.coerce.number().min(lowest).max(highest);
