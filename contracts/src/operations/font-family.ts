import { z } from 'zod';

/** The name of a font family, as plain as names of fonts are. */
export const fontFamily = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u, 'must be the plain name of a font family');
