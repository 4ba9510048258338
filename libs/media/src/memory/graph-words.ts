/** One filter of a graph as it is written. */
export interface GraphFilter {
  readonly name: string;
  /** Values by name; those without one by their place. */
  readonly options: Readonly<Record<string, string>>;
  /** Of the labels around it, without brackets. */
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** The text cut at unquoted, unescaped separators. */
const cut = (text: string, separators: string): string[] => {
  const parts = [''];
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "'") isQuoted = !isQuoted;
    if (!isQuoted && separators.includes(char)) parts.push('');
    else parts[parts.length - 1] += char === '\\' && !isQuoted ? char + text.charAt(++at) : char;
  }
  return parts;
};

const bare = (text: string): string => text.replaceAll(/[\\'\s]/g, '');

const optionsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    (text === '' ? [] : cut(text, ':')).map((part, place) => {
      const [, name = String(place), value = ''] = /^(?:([a-z][\w-]*)=)?(.*)$/is.exec(bare(part)) ?? [];
      return [name, value];
    }),
  );

const labels = (text: string): string[] => [...text.matchAll(/\[([^\]]*)\]/g)].map(([, label = '']) => label);

const filterOf = (text: string): GraphFilter | null => {
  const [, from = '', name, written = '', to = ''] =
    /^\s*((?:\[[^\]]*\]\s*)*)([a-z0-9_]+)(?:@\w+)?(?:=(.*?))?\s*((?:\[[^\]]*\]\s*)*)$/is.exec(text) ?? [];
  return name === undefined ? null : { name, options: optionsOf(written), from: labels(from), to: labels(to) };
};

/** A graph as chains of filters; what is not understood is left out, since FFmpeg judges it, and its memory is watched. */
export const readGraph = (graph: string): GraphFilter[][] =>
  cut(graph, ';').map((text) => cut(text, ',').flatMap((part) => filterOf(part) ?? []));
