import { z } from 'zod';

const shape = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]*$/u;
const shapeSaid = 'letters, digits and . _ @ + -';

/** The name that somebody logs in with; those of long ago may be any of this shape. */
export const userName = z
  .string()
  .min(1)
  .max(100)
  .refine((name) => shape.test(name.normalize('NFKC')), shapeSaid)
  .describe('The name to log in with; upper and lower case are the same.');

/** Scripts in everyday use (Unicode, UAX 31, table 5) that are written by themselves. */
const scripts = (
  'Latin Greek Cyrillic Armenian Georgian Hebrew Arabic Thaana Ethiopic Khmer Lao Thai Tibetan Myanmar Sinhala ' +
  'Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam'
)
  .split(' ')
  .map((name) => ({ name, pattern: new RegExp(String.raw`\p{Script=${name}}`, 'u') }));
/** Written side by side, also with Latin letters. */
const eastAsian =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Script=Bopomofo}|[ー々]/u;
const ascii = /^[0-9._@+-]$/;
const unseen = /\p{Default_Ignorable_Code_Point}/u;
/** Beside A to Z: letters with marks, and those of European languages that have none. */
const latin = /^(?:[a-z]\p{M}*|[ßæœøðþłđħŧŋ])$/u;

const scriptOf = (letter: string): string | null => {
  if (unseen.test(letter)) return null;
  if (eastAsian.test(letter)) return 'East Asian';
  const name = scripts.find(({ pattern }) => pattern.test(letter))?.name ?? null;
  return name === 'Latin' && !latin.test(letter.normalize('NFD').toLowerCase()) ? null : name;
};

/** Letters, large or small, that look like one of A to Z or a digit. */
const lookAlike: Readonly<Record<string, string>> = {
  Cyrillic: 'АВЕЅІЈКМНОРСТУХҮҺԌԚԜӀЗѴЬаеѕіјкопрсԁтухүһԛԝӏг',
  Greek: 'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹαικνορτυχγωϲϳη',
  Armenian: 'ՍՕԼՏՀհոսօցգզքյ',
};

/** Why a name could be taken for another one; `null`: it could not. */
const mistakenFor = (name: string): string | null => {
  const letters = [...name].filter((each) => !ascii.test(each));
  const found = new Set<string>();
  for (const letter of letters) {
    const script = scriptOf(letter);
    if (script === null) return `holds ${letter}, which looks like another letter or like nothing`;
    found.add(script);
  }
  const [first = 'Latin', ...more] = [...found].filter(
    (script, _, all) => script !== 'Latin' || !all.includes('East Asian'),
  );
  if (more.length > 0) return `mixes letters of ${[first, ...more].join(' and ')}`;
  const alike = lookAlike[first];
  if (alike !== undefined && letters.every((letter) => alike.includes(letter.normalize('NFD')[0] ?? '')))
    return `is ${first}, and every letter of it looks like a Latin one`;
  return null;
};

/** A new name: in one form however it was typed (NFKC), and none that could be taken for another one. */
export const newUserName = z
  .string()
  .normalize('NFKC')
  .min(1)
  .max(100)
  .regex(shape, shapeSaid)
  .describe('The name to log in with, of letters of one script; upper and lower case are the same.')
  .superRefine((name, context) => {
    const message = mistakenFor(name);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });

/** What two names have in common that are the same: compatible forms and cases are. */
export const userNameKey = (name: string): string => name.normalize('NFKC').toLowerCase().normalize('NFKC');
