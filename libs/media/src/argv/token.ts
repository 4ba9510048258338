/**
 * One argument. A string is itself; an object stands for something that only the executor knows: a file, or a choice
 * that depends on the host. Tokens are JSON, so a plan can be stored, shown and compared.
 */
export type Token =
  | string
  | { readonly in: string; readonly path?: string }
  | { readonly out: string; readonly path?: string }
  | { readonly scratch: string }
  | { readonly resolved: 'threads' | 'decoderThreads' | 'filterThreads' };

/** The text form used in golden files and shown to people. */
export const showToken = (token: Token): string => {
  if (typeof token === 'string') return token;
  if ('in' in token) return token.path === undefined ? `{in:${token.in}}` : `{in:${token.in}/${token.path}}`;
  if ('out' in token) return token.path === undefined ? `{out:${token.out}}` : `{out:${token.out}/${token.path}}`;
  return 'scratch' in token ? `{scratch:${token.scratch}}` : `{resolved:${token.resolved}}`;
};
