/** Deeper structures say nothing that a shallower one could not, and tire what walks through them. */
const depthMax = 32;

/** Why a text that is JSON is not taken. */
export class UnsafeJson extends Error {
  override readonly name = 'UnsafeJson';
}

interface Level {
  /** Null in an array. */
  readonly names: Set<string> | null;
  /** The name under which this level stands. */
  readonly under: string | null;
}

const endOfString = (text: string, start: number): number => {
  for (let at = start + 1; ; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
};

const unquoted = (literal: string): string =>
  literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);

const checkName = (name: string, { names, under }: Level): void => {
  if (names?.has(name)) throw new UnsafeJson(`The field ${JSON.stringify(name)} is there twice.`);
  if (name === '__proto__' || (name === 'prototype' && under === 'constructor'))
    throw new UnsafeJson(`The name ${name} is not taken.`);
  names?.add(name);
};

const numberAt = /[^\s,\]}]+/y;

const checkNumber = (text: string, start: number): number => {
  numberAt.lastIndex = start;
  const [literal = ''] = numberAt.exec(text) ?? [];
  if (/^[-\d]/.test(literal) && !Number.isFinite(Number(literal)))
    throw new UnsafeJson('A number is too large to be told.');
  return start + Math.max(1, literal.length);
};

/** One pass over a text that is known to be JSON. */
const check = (text: string): void => {
  const levels: Level[] = [];
  let isNameNext = false;
  let name: string | null = null;
  for (let at = 0; at < text.length;) {
    const char = text[at] as string;
    if (char === '"') {
      const end = endOfString(text, at);
      if (isNameNext) checkName((name = unquoted(text.slice(at, end))), levels.at(-1) as Level);
      isNameNext = false;
      at = end;
    } else if (char === '{' || char === '[') {
      levels.push({ names: char === '{' ? new Set() : null, under: name });
      if (levels.length > depthMax) throw new UnsafeJson(`More than ${depthMax} levels are not taken.`);
      isNameNext = char === '{';
      name = null;
      at++;
    } else if (char === '}' || char === ']') {
      levels.pop();
      isNameNext = false;
      at++;
    } else if (char === ',') {
      isNameNext = levels.at(-1)?.names != null;
      at++;
    } else if (char === ':' || /\s/.test(char)) at++;
    else at = checkNumber(text, at);
  }
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The value of a body. Two parsers must not read it differently, and it must mean what it says: UTF-8 to the last byte,
 * no field twice, no name that reaches into prototypes, no number that turns into infinity, no more than 32 levels.
 */
export const parseStrictJson = (bytes: Uint8Array): unknown => {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new UnsafeJson('The body is not UTF-8.');
  }
  const value: unknown = JSON.parse(text);
  check(text);
  return value;
};
