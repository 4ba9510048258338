import { z } from 'zod';
import type { ParamIssue } from '../operation.ts';

/** 8K (7680x4608) and no more, lying or standing. */
export const framePixelsMax = 35_389_440;

const side = z.int().min(1).max(7680);

/** The frame that compositions paint on. */
export const canvasFields = {
  width: side.default(1920).describe('Width of the frame in pixels; odd sizes become even.'),
  height: side.default(1080).describe('Height of the frame in pixels; with the width up to 8K (7680x4608) in area.'),
  fps: z.number().min(1).max(240).default(30).describe('Frames a second.'),
  preset: z.enum(['fast', 'balanced', 'quality']).default('balanced').describe('Speed of the encoder against size.'),
};

/** Seconds as a number, or as text that is a number. */
export const seconds = (lowest: number, highest: number) => z.coerce.number().min(lowest).max(highest);

/** What is wrong with a frame whose sides are each in their range. */
export const checkCanvas = ({ width, height }: { readonly width: number; readonly height: number }): ParamIssue[] =>
  width * height > framePixelsMax
    ? [{ pointer: '/height', code: 'param_out_of_range', message: `a frame has up to ${framePixelsMax} pixels` }]
    : [];
