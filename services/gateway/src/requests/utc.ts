/** A time of a query as it is stored, to the millisecond; absent where none was given. */
export const utc = (value: string | undefined): string | undefined => value && new Date(value).toISOString();
