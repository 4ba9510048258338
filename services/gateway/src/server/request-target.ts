export interface RequestTarget {
  readonly path: string;
  readonly query: URLSearchParams;
}

/**
 * What a request asks for, of its origin-form or absolute-form (RFC 9112 §3.2); `null`: it is neither. Two slashes in
 * front are refused: some read a host there.
 */
export const requestTarget = (text: string): RequestTarget | null => {
  const isOrigin = text.startsWith('/');
  if (isOrigin ? text.startsWith('//') : !/^https?:\/\/[^/?#]/i.test(text)) return null;
  const url = URL.parse(isOrigin ? `http://gateway${text}` : text);
  return url && { path: url.pathname, query: url.searchParams };
};

/** Upgrades to anything else are declined by going on in HTTP/1.1, as RFC 9110 §7.8 has it. */
export const isWebSocketUpgrade = ({ headers }: { readonly headers: { readonly upgrade?: string } }): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket';
