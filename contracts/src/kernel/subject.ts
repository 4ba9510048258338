/** A name that cannot be a subject: it would match others, fall apart into more parts, or be cut short. */
export class InvalidSubject extends Error {
  override readonly name = 'InvalidSubject';
  /** The first part of the name: for a stream, the kind of its aggregate. */
  readonly kind: string;
  constructor(kind: string) {
    super(`a part of a ${kind} name is empty or holds a wildcard, a dot, white space or a control character`);
    this.kind = kind;
  }
}

const token = /^[^\s.*>\p{C}]+$/u;

/**
 * The one way to put a subject, the name of a stream or the key of an entry together; throws `InvalidSubject` for a part
 * that is not exactly one token.
 */
export const makeSubject = (...parts: readonly (string | number)[]): string => {
  if (parts.length === 0 || !parts.every((part) => token.test(String(part))))
    throw new InvalidSubject(String(parts[0]));
  return parts.join('.');
};

/** A name that was put together elsewhere, as it is; throws `InvalidSubject` where it is not one. */
export const ensureSubject = (name: string): string => makeSubject(...name.split('.'));

/** Any text as one part of a subject; texts that differ in other signs only become the same. */
export const asToken = (text: string): string => text.replace(/[^\w-]/g, '-') || '-';
