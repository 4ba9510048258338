import { z } from 'zod';

/** A colour with 8 bits a channel; alpha 255 is opaque. */
export interface Colour {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

/** The basic colour names of CSS with their usual doubles. */
const named: Readonly<Record<string, string>> = {
  aqua: '00ffff',
  black: '000000',
  blue: '0000ff',
  cyan: '00ffff',
  fuchsia: 'ff00ff',
  gray: '808080',
  green: '008000',
  grey: '808080',
  lime: '00ff00',
  magenta: 'ff00ff',
  maroon: '800000',
  navy: '000080',
  olive: '808000',
  orange: 'ffa500',
  purple: '800080',
  red: 'ff0000',
  silver: 'c0c0c0',
  teal: '008080',
  white: 'ffffff',
  yellow: 'ffff00',
};

/** The colour that a name, `#RRGGBB` or `#RRGGBBAA` means; null when it is none of these. */
export const parseColour = (text: string): Colour | null => {
  const name = text.toLowerCase();
  const digits = Object.hasOwn(named, name) ? named[name] : /^#([0-9a-f]{6}(?:[0-9a-f]{2})?)$/.exec(name)?.[1];
  if (digits === undefined) return null;
  const channel = (at: number): number => Number.parseInt(digits.slice(at, at + 2) || 'ff', 16);
  return { red: channel(0), green: channel(2), blue: channel(4), alpha: channel(6) };
};

export const colourField = z
  .string()
  .max(32)
  .refine((text) => parseColour(text) !== null, {
    error: `must be #RRGGBB, #RRGGBBAA or one of ${Object.keys(named).join(', ')}`,
    params: { values: Object.keys(named) },
  });
