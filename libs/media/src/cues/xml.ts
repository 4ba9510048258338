import { decodeEntities } from './entities.ts';

/** A part of a document, in order. Names are without their prefix, in lower case. */
export type XmlPart =
  | { readonly kind: 'open'; readonly name: string; readonly attributes: ReadonlyMap<string, string> }
  | { readonly kind: 'close'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string };

const attribute = /([\w:.-]{1,200})\s{0,200}=\s{0,200}(?:"([^"<]*)"|'([^'<]*)')/g;

const localName = (name: string): string => name.slice(name.lastIndexOf(':') + 1).toLowerCase();

const attributesIn = (text: string): Map<string, string> =>
  new Map(
    [...text.matchAll(attribute)].map(([, name = '', double, single]) => [
      localName(name),
      decodeEntities(double ?? single ?? ''),
    ]),
  );

/** What is passed over whole, by how it begins and ends. */
const skipped = [
  ['<!--', '-->'],
  ['<?', '?>'],
] as const;
const [cdataStart, cdataEnd] = ['<![CDATA[', ']]>'];

/**
 * Reads the tags and texts of a document in linear time. It knows no entities but those of characters, opens nothing, and
 * ends at a document type: nothing behind one is read.
 */
export function* xmlParts(source: string): Generator<XmlPart> {
  let at = 0;
  while (at < source.length) {
    const next = source.indexOf('<', at);
    const end = next === -1 ? source.length : next;
    if (end > at) yield { kind: 'text', text: decodeEntities(source.slice(at, end)) };
    if (next === -1) return;
    const passed = skipped.find(([start]) => source.startsWith(start, next));
    if (passed !== undefined || source.startsWith(cdataStart, next)) {
      const close = passed?.[1] ?? cdataEnd;
      const stop = source.indexOf(close, next);
      if (stop === -1) return;
      if (passed === undefined) yield { kind: 'text', text: source.slice(next + cdataStart.length, stop) };
      at = stop + close.length;
      continue;
    }
    const stop = source.indexOf('>', next);
    if (stop === -1 || source.startsWith('<!', next)) return;
    const tag = source.slice(next + 1, stop);
    at = stop + 1;
    const [, slash = '', name = ''] = /^(\/?)([\w:.-]{1,200})/.exec(tag) ?? [];
    if (name === '') continue;
    if (slash === '') yield { kind: 'open', name: localName(name), attributes: attributesIn(tag.slice(name.length)) };
    if (slash === '/' || tag.endsWith('/')) yield { kind: 'close', name: localName(name) };
  }
}
