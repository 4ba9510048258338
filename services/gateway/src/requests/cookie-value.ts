/** The value of a cookie, as it was sent (RFC 6265, 4.2); `null`: there is none of this name. */
export const cookieValue = (header: string | undefined, name: string): string | null => {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
};
