import type { Colour } from '@ffapi/contracts';

/** How the one style of a script of ours looks; lengths in pixels of the picture. */
export interface AssStyle {
  readonly width: number;
  readonly height: number;
  readonly font: string;
  readonly fontSize: number;
  readonly colour: Colour;
  readonly outlineColour: Colour;
  readonly outline: number;
  /** As on a number pad. */
  readonly place: 2 | 5 | 8;
  readonly margin: number;
}

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0');

/** ASS writes blue before red, and 00 for opaque. */
const assColour = ({ red, green, blue, alpha }: Colour): string =>
  `&H${hex(255 - alpha)}${hex(blue)}${hex(green)}${hex(red)}`;

const round = (value: number): string => String(Math.round(value * 100) / 100);

const styleFormat =
  'Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding';

/** Script info and one style; the script's resolution is the picture's, so that lengths are pixels. */
export const assHead = (style: AssStyle): string => {
  const [colour, outline] = [assColour(style.colour), assColour(style.outlineColour)];
  const margin = String(Math.round(style.margin));
  return [
    '[Script Info]',
    'ScriptType: v4.00+',
    `PlayResX: ${style.width}`,
    `PlayResY: ${style.height}`,
    'WrapStyle: 0',
    'ScaledBorderAndShadow: yes',
    '',
    '[V4+ Styles]',
    styleFormat,
    `Style: Default,${style.font},${round(style.fontSize)},${colour},${colour},${outline},${outline},0,0,0,0,100,100,0,0,1,${round(style.outline)},0,${style.place},${margin},${margin},${margin},1`,
  ].join('\n');
};

/** The style of an ASS file that another format became: what players use for plain text, on a small screen. */
export const plainAssHead: string = assHead({
  width: 384,
  height: 288,
  font: 'Arial',
  fontSize: 16,
  colour: { red: 255, green: 255, blue: 255, alpha: 255 },
  outlineColour: { red: 0, green: 0, blue: 0, alpha: 255 },
  outline: 1,
  place: 2,
  margin: 10,
});
