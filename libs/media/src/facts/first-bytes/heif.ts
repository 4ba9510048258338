import type { Turn } from '../turns.ts';
import { ascii } from './bytes.ts';

/** What a HEIF file (ISO/IEC 23008-12) says of the picture that it shows. */
export interface HeifPicture {
  /** What the picture is coded as: `av01`, `hvc1`, or `grid` where it is put together from tiles. */
  readonly kind: string;
  readonly hasAlpha: boolean;
  readonly turns: readonly Turn[];
}

interface Box {
  readonly type: string;
  readonly from: number;
  readonly to: number;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const boxesOf = (bytes: Uint8Array, from: number, to: number): Box[] => {
  const view = viewOf(bytes);
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= to;) {
    const size = view.getUint32(at);
    if (size < 8) break;
    boxes.push({ type: ascii(bytes, at + 4, 4), from: at + 8, to: Math.min(to, at + size) });
    at += size;
  }
  return boxes;
};

const brandsOf = (head: Uint8Array): string[] => {
  const [first] = boxesOf(head, 0, head.length);
  if (first?.type !== 'ftyp') return [];
  const count = Math.floor((first.to - first.from) / 4);
  return Array.from({ length: count }, (_, n) => ascii(head, first.from + 4 * n, 4)).filter((_, n) => n !== 1);
};

const heicBrands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx'];
const stillBrands = ['mif1', 'avif', ...heicBrands];

/** Whether a file calls itself a picture of HEVC, as phones take them. */
export const isHeic = (head: Uint8Array): boolean => {
  const [major, ...others] = brandsOf(head);
  if (major === undefined) return false;
  return heicBrands.includes(major) || (major === 'mif1' && others.some((brand) => heicBrands.includes(brand)));
};

/** Item ids are as wide as the version of their box says. */
const id = (view: DataView, at: number, isWide: boolean): number => (isWide ? view.getUint32(at) : view.getUint16(at));

const kindsOf = (bytes: Uint8Array, { from, to }: Box): Map<number, string> => {
  const view = viewOf(bytes);
  const kinds = new Map<number, string>();
  for (const box of boxesOf(bytes, from + (view.getUint8(from) === 0 ? 6 : 8), to)) {
    const isWide = view.getUint8(box.from) >= 3;
    kinds.set(id(view, box.from + 4, isWide), ascii(bytes, box.from + (isWide ? 10 : 8), 4));
  }
  return kinds;
};

/** The properties of an item, counted from 1 in the order in which they are applied. */
const propertiesOf = (bytes: Uint8Array, { from, to }: Box, item: number): number[] => {
  const view = viewOf(bytes);
  const isWide = view.getUint8(from) >= 1;
  const isLong = (view.getUint8(from + 3) & 1) === 1;
  const count = view.getUint32(from + 4);
  for (let [at, n] = [from + 8, 0]; n < count && at < to; n++) {
    const found = id(view, at, isWide);
    at += isWide ? 4 : 2;
    const length = view.getUint8(at++);
    const step = isLong ? 2 : 1;
    const indexes = Array.from({ length }, (_, k) =>
      isLong ? view.getUint16(at + k * step) & 0x7fff : view.getUint8(at + k) & 0x7f,
    );
    if (found === item) return indexes;
    at += length * step;
  }
  return [];
};

const quarterTurns: readonly (readonly Turn[])[] = [[], ['left'], ['half'], ['right']];

const turnOf = (bytes: Uint8Array, { type, from }: Box): readonly Turn[] => {
  const value = bytes[from] ?? 0;
  if (type === 'irot') return quarterTurns[value & 3] ?? [];
  return type === 'imir' ? [(value & 1) === 1 ? 'mirror' : 'upend'] : [];
};

const read = (head: Uint8Array, meta: Box): HeifPicture | null => {
  const parts = boxesOf(head, meta.from + 4, meta.to);
  const part = (type: string): Box | undefined => parts.find((box) => box.type === type);
  const [primary, items, properties] = [part('pitm'), part('iinf'), part('iprp')];
  if (!primary || !items || !properties) return null;
  const view = viewOf(head);
  const item = id(view, primary.from + 4, view.getUint8(primary.from) >= 1);
  const lists = boxesOf(head, properties.from, properties.to);
  const all = lists.filter(({ type }) => type === 'ipco').flatMap(({ from, to }) => boxesOf(head, from, to));
  const own = lists.filter(({ type }) => type === 'ipma').flatMap((box) => propertiesOf(head, box, item));
  return {
    kind: kindsOf(head, items).get(item) ?? 'unknown',
    hasAlpha: all.some(({ type, from, to }) => type === 'auxC' && ascii(head, from, to - from).includes('alpha')),
    turns: own.flatMap((n) => (all[n - 1] ? turnOf(head, all[n - 1] as Box) : [])),
  };
};

/** The picture of a HEIF file; null where the bytes are none, or hold a film. */
export const heifPicture = (head: Uint8Array): HeifPicture | null => {
  const [major] = brandsOf(head);
  if (major === undefined || !stillBrands.includes(major)) return null;
  const meta = boxesOf(head, 0, head.length).find(({ type }) => type === 'meta');
  try {
    return meta ? read(head, meta) : null;
  } catch (error) {
    // A count that points behind the bytes: the decoder judges what is left.
    if (error instanceof RangeError) return null;
    throw error;
  }
};
