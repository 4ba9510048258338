import type { Document } from '@ffapi/es';

/** MongoDB gives dots and a leading dollar in names of fields a meaning, and no server takes a null in one. */
const special = /[%.\0]|^\$/;
const encoded: Readonly<Record<string, string>> = { '%': '%25', '.': '%2E', $: '%24', '\0': '%00' };

const encodeName = (name: string): string =>
  special.test(name) ? name.replaceAll(/[%.\0]|^\$/g, (character) => encoded[character] as string) : name;
const decodeName = (name: string): string =>
  name.includes('%') ? name.replaceAll(/%(?:25|2E|24|00)/g, (code) => decodeURIComponent(code)) : name;

const renamed = (value: unknown, rename: (name: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((each) => renamed(each, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [rename(name), renamed(each, rename)]));
};

/** The document with names that every server takes; those of plain words stay as they are. */
export const encodeNames = <D extends Document>(document: D): D => renamed(document, encodeName) as D;

export const decodeNames = <D extends Document>(document: D): D => renamed(document, decodeName) as D;
