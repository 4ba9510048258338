import { WrongWords } from './change.ts';

const parts = (name: string): string[] =>
  name.split(/[^a-zA-Z0-9]+|(?<=[a-z0-9])(?=[A-Z])/).filter((part) => part !== '');

/** `fade-in`, `fade_in` and `FadeIn` as `fade-in`. */
export const kebab = (name: string): string => parts(name).join('-').toLowerCase();
export const pascal = (name: string): string =>
  parts(name)
    .map((part) => `${part[0]?.toUpperCase() ?? ''}${part.slice(1).toLowerCase()}`)
    .join('');
export const camel = (name: string): string => `${pascal(name)[0]?.toLowerCase() ?? ''}${pascal(name).slice(1)}`;
export const shout = (name: string): string => parts(name).join('_').toUpperCase();

export const wrongWords = (usage: string): WrongWords => new WrongWords(`usage: npm run new ${usage}`);

/** The words of a recipe by name, or a refusal that says how they are given. */
export const wordsOf = <const N extends readonly string[]>(
  given: readonly string[],
  names: N,
  usage: string,
): { readonly [K in N[number]]: string } => {
  if (given.length !== names.length || given.some((word) => !/^[A-Za-z][\w./{}-]*$|^\/[\w./{}-]*$/.test(word)))
    throw wrongWords(usage);
  return Object.fromEntries(names.map((name, n) => [name, given[n]])) as { readonly [K in N[number]]: string };
};
