import { parseColour } from '@ffapi/contracts';
import type { Colour, SubtitleStyle } from '@ffapi/contracts';
import { assHead } from '../../../cues/ass-style.ts';
import type { Size } from '../../../ladder/fit.ts';

const places = { bottom: 2, middle: 5, top: 8 } as const;
const black: Colour = { red: 0, green: 0, blue: 0, alpha: 255 };

/** The height of the picture that sizes of text are given for, as FFmpeg and libass take it for subtitles without one. */
const scriptLines = 288;
const usualSize = 16;

/** The head of the script that is drawn: one style in pixels of the frame. */
export const burnHead = (style: SubtitleStyle, frame: Size): string => {
  const fontSize = ((style.font_size ?? usualSize) * frame.height) / scriptLines;
  return assHead({
    ...frame,
    font: style.font,
    fontSize,
    colour: parseColour(style.color) ?? black,
    outlineColour: parseColour(style.outline_color) ?? black,
    outline: style.outline ?? fontSize / 16,
    place: places[style.position],
    margin: style.margin ?? frame.height / 20,
  });
};
