/** Characters that mean something to the option parser of one filter. */
const escapeOption = (text: string): string => text.replace(/[\\':]/g, (char) => `\\${char}`);

/** Characters that mean something to the graph parser around it. */
const escapeGraph = (text: string): string => text.replace(/[\\'[\],;]/g, (char) => `\\${char}`);

/** A text that comes out of both of FFmpeg's parsers unchanged. */
export const filterValue = (text: string): string => escapeGraph(escapeOption(text));

export type FilterOptions = Readonly<Record<string, string | number>>;

/** One filter, with every value escaped. */
export const filter = (name: string, options: FilterOptions = {}): string => {
  const pairs = Object.entries(options).map(([key, value]) => `${key}=${filterValue(String(value))}`);
  return pairs.length === 0 ? name : `${name}=${pairs.join(':')}`;
};

/** The last frame stays without end; something else says when to stop. */
export const lastFrameStays = filter('tpad', { stop: -1, stop_mode: 'clone' });

/** A chain of filters; an empty chain is the identity. */
export const chain = (filters: readonly string[], identity: 'null' | 'anull' = 'null'): string =>
  filters.length === 0 ? identity : filters.join(',');
