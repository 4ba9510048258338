/** Whether a stream is one of those asked for: `*` stands for one token, `>` for the rest; no patterns mean all. */
export const matcher = (patterns: readonly string[] | undefined): ((stream: string) => boolean) => {
  if (patterns === undefined) return () => true;
  const wanted = patterns.map((pattern) => {
    const source = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
    return new RegExp(`^${source.replaceAll('*', '[^.]+').replace(/>$/, '.+')}$`);
  });
  return (stream) => wanted.some((each) => each.test(stream));
};
