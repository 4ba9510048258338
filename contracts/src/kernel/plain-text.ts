/**
 * Unicode's control characters (Cc) as a part of a character class. Spelt out, because `\p{…}` is not understood
 * wherever these schemas are read.
 */
export const controls = String.raw`\u0000-\u001f\u007f-\u009f`;

/** Halves of surrogate pairs (Cs), likewise. */
export const surrogates = String.raw`\ud800-\udfff`;

/** Some text in one line. */
export const oneLine = new RegExp(`^[^${controls}]+$`, 'u');
