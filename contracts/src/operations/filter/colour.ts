import { z } from 'zod';
import { mediaField } from '../media-field.ts';
import { filterOf, loopField, optionalParams } from './fields.ts';

/** What a key takes that the request says nothing about. */
export const chromakeyDefaults = { similarity: 0.12 } as const;

/** Filters of light and colour. */
export const colourFilters = [
  filterOf(
    'brightness',
    'Lighter or darker.',
    z.strictObject({
      value: z.number().min(-1).max(1).describe('Added to luma, as part of its full range: 0.2 adds 51 of 255.'),
    }),
  ),
  filterOf(
    'contrast',
    'Spreads or narrows luma about middle grey.',
    z.strictObject({ value: z.number().min(0).max(4).describe('Factor; 1 changes nothing.') }),
  ),
  filterOf(
    'saturation',
    'Stronger or weaker colours.',
    z.strictObject({ value: z.number().min(0).max(4).describe('Factor; 1 changes nothing, 0 is grey.') }),
  ),
  filterOf(
    'hue',
    'Turns all colours around the colour circle.',
    z.strictObject({ degrees: z.number().min(-360).max(360).describe('Angle in degrees.') }),
  ),
  filterOf('grayscale', 'Black and white.', optionalParams({})),
  filterOf(
    'sepia',
    'The brown of old photographs.',
    optionalParams({ strength: z.number().min(0).max(1).default(1).describe('0 changes nothing, 1 is all brown.') }),
  ),
  filterOf('vintage', 'Faded colours of old film.', optionalParams({})),
  filterOf(
    'chromakey',
    'Replaces one colour (green screen) with a background.',
    optionalParams({
      color: z
        .string()
        .regex(/^#[0-9a-fA-F]{6}$/)
        .optional()
        .describe('Colour as #RRGGBB. Default: the green or blue of the picture’s upper corners, or #00FF00.'),
      similarity: z
        .number()
        .min(0.01)
        .max(1)
        .default(chromakeyDefaults.similarity)
        .describe('How far a colour may be off and still be replaced; 0.3 begins to eat the subject.'),
      blend: z.number().min(0).max(1).default(0.05).describe('Softness of the edge.'),
      despill: z
        .boolean()
        .default(false)
        .describe(
          'Takes the light of the screen out of the subject; what is as green or blue itself loses some of it.',
        ),
      background_url: mediaField
        .optional()
        .describe('Image or video behind, filling the frame; a video that ends early stays on its last frame.'),
      loop: loopField,
      background_color: z
        .string()
        .regex(/^#[0-9a-fA-F]{6}$/)
        .optional()
        .describe('Colour behind as #RRGGBB. Default: #000000.'),
    }),
  ),
] as const;
