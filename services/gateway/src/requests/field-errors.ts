import type { z } from 'zod';
import { namesAt, refusedFor, valueAt, valuesAt } from './accepted-names.ts';
import { meant } from './suggestions.ts';

export interface FieldError {
  readonly pointer: string;
  /** The parameter of the query at fault. */
  readonly parameter?: string;
  readonly code: string;
  readonly message: string;
  /** The field or value that was probably meant. */
  readonly suggestion?: string;
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly code: string;
  readonly message: string;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
  readonly discriminator?: string;
  /** Of a rule of our own: the texts that it names. */
  readonly params?: Record<string, unknown>;
}

/** What was checked, for suggestions of what was meant. */
export interface Checked {
  readonly schema: z.ZodType;
  readonly value: unknown;
}

/** A query can have thousands of unknown names: guessing ends here, naming does not. */
const guessesMax = 16;

/** What is wrong with a parameter of the query. */
export const queryError = (parameter: string, code: string, message: string): FieldError => ({
  pointer: `/query/${parameter}`,
  parameter,
  code,
  message,
});

const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const meaning = (error: FieldError, given: unknown, known: readonly string[]): FieldError => {
  const suggestion = typeof given === 'string' || typeof given === 'number' ? meant(String(given), known) : null;
  if (suggestion === null) return error;
  return { ...error, message: `${error.message.replace(/\.$/, '')}; did you mean ${suggestion}?`, suggestion };
};

const texts = (values: unknown): string[] =>
  Array.isArray(values) ? values.filter((each) => typeof each === 'string') : [];

const knownValues = (issue: Issue, { schema, value }: Checked): readonly string[] => {
  if (issue.discriminator !== undefined) return valuesAt(schema, issue.path.slice(0, -1), issue.discriminator);
  const given = valueAt(value, issue.path);
  // A number where a text is wanted was not asked of the rules for texts.
  if (issue.code === 'invalid_type' && typeof given === 'number')
    return refusedFor(schema, issue.path, String(given)).flatMap((each) => [
      ...texts(each.values),
      ...texts(each.params?.values),
    ]);
  return [...texts(issue.values), ...texts(issue.params?.values)];
};

const errorsOf = (issue: Issue, at: string, checked: Checked | undefined, mayGuess: boolean): FieldError[] => {
  const { path, code, message } = issue;
  const errorAt = (place: readonly PropertyKey[], what: string, words: string): FieldError =>
    at === '/query'
      ? queryError(pointerOf(place).slice(1), what, words)
      : { pointer: `${at}${pointerOf(place)}`, code: what, message: words };
  if (code !== 'unrecognized_keys') {
    const error = errorAt(path, code, message);
    return [checked && mayGuess ? meaning(error, valueAt(checked.value, path), knownValues(issue, checked)) : error];
  }
  const known = checked ? namesAt(checked.schema, path, checked.value) : [];
  return (issue.keys ?? []).map((key, place) => {
    const error = errorAt([...path, key], 'unknown_field', 'This field is not known here.');
    return mayGuess && place < guessesMax ? meaning(error, key, known) : error;
  });
};

/**
 * Zod issues as field errors with JSON pointers (RFC 6901), of a query with the parameter's name; every unknown field
 * is named, and what was probably meant with it where `checked` is given.
 */
export const fieldErrors = (issues: readonly Issue[], at = '', checked?: Checked): FieldError[] =>
  issues.flatMap((issue, place) => errorsOf(issue, at, checked, place < guessesMax));
