import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file that is made, or a place in one where something is entered. */
export type Change =
  | { readonly path: string; readonly content: string }
  | { readonly path: string; readonly at: string | RegExp; readonly side: 'before' | 'after'; readonly insert: string };

/** What a recipe changes, and what is left to be written by hand. */
export interface Recipe {
  readonly changes: readonly Change[];
  readonly next: readonly string[];
  /** The test that stores what a plan becomes; it is run once to store the beginning. */
  readonly golden?: string;
}

/** Words that were given for a recipe and cannot be used; the message says how they are given. */
export class WrongWords extends Error {
  override readonly name = 'WrongWords';
}

const enter = (text: string, { path, at, side, insert }: Exclude<Change, { content: string }>): string => {
  const found = typeof at === 'string' ? text.indexOf(at) : (at.exec(text)?.index ?? -1);
  if (found === -1) throw new WrongWords(`${path} has no place ${String(at)} to enter it at`);
  const length = typeof at === 'string' ? at.length : (at.exec(text)?.[0].length ?? 0);
  const place = side === 'before' ? found : found + length;
  return `${text.slice(0, place)}${insert}${text.slice(place)}`;
};

/** Makes all changes, or none when one of them cannot be made; gives the paths that were touched. */
export const apply = (root: string, changes: readonly Change[]): string[] => {
  const texts = new Map<string, string>();
  for (const change of changes) {
    const { path } = change;
    if ('content' in change) {
      if (existsSync(join(root, path))) throw new WrongWords(`${path} is there already`);
      texts.set(path, change.content);
    } else {
      const text = texts.get(path) ?? (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null);
      if (text === null) throw new WrongWords(`there is no ${path}`);
      texts.set(path, enter(text, change));
    }
  }
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return [...texts.keys()];
};
