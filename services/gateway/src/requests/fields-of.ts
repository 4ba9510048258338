export type Fields = Readonly<Record<string, unknown>>;

/** The fields of what may be no object: a body as it was sent, a result. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
