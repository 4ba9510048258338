import { z } from 'zod';

const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text && !text.includes('*');

/** A comma list of web origins, such as `https://app.example.com`, or `*` for all. */
export const origins = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
  )
  .refine((list) => list.every((each) => each === '*' || isOrigin(each)), {
    message: 'must be * or origins such as https://app.example.com, with commas and without a path',
  });
