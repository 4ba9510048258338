interface Box {
  readonly type: string;
  /** Of its content. */
  readonly from: number;
  readonly to: number;
}

const boxesIn = (view: DataView, from: number, to: number): Box[] => {
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= to;) {
    const length = view.getUint32(at);
    if (length < 8 || at + length > to) break;
    const type = String.fromCharCode(...[4, 5, 6, 7].map((n) => view.getUint8(at + n)));
    boxes.push({ type, from: at + 8, to: at + length });
    at += length;
  }
  return boxes;
};

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const find = (view: DataView, path: readonly string[]): Box | null => {
  let [from, to] = [0, view.byteLength];
  let found: Box | null = null;
  for (const type of path) {
    found = boxesIn(view, from, to).find((box) => box.type === type) ?? null;
    if (found === null) return null;
    [from, to] = [found.from, found.to];
  }
  return found;
};

/** Ticks a second of the first track that an initialisation segment describes (ISO/IEC 14496-12, `mdhd`). */
export const timescaleOf = (init: Uint8Array): number | null => {
  const view = viewOf(init);
  const header = find(view, ['moov', 'trak', 'mdia', 'mdhd']);
  return header === null ? null : view.getUint32(header.from + (view.getUint8(header.from) === 1 ? 20 : 12));
};

/** The moment of the media that is shown first, in ticks, where the edit list has one entry; 0 of any other. */
export const editStartOf = (init: Uint8Array): number => {
  const view = viewOf(init);
  const list = find(view, ['moov', 'trak', 'edts', 'elst']);
  if (list === null || view.getUint32(list.from + 4) !== 1) return 0;
  const isLong = view.getUint8(list.from) === 1;
  const start = isLong ? Number(view.getBigInt64(list.from + 16)) : view.getInt32(list.from + 12);
  return Math.max(0, start);
};

/** The first sample of a fragment. */
export interface FirstSample {
  /** When it is shown, in ticks. */
  readonly atTicks: number;
  /** Where it ends, counted from the beginning of the `moof`. */
  readonly endBytes: number;
}

const flagsAt = (view: DataView, at: number): number => view.getUint32(at) & 0xff_ff_ff;

/** Bytes of the optional fields of which these flags say that they are there. */
const fieldBytes = (flags: number, fields: readonly (readonly [flag: number, bytes: number])[]): number =>
  fields.reduce((sum, [flag, bytes]) => sum + ((flags & flag) === 0 ? 0 : bytes), 0);

const defaultSize = (view: DataView, header: Box): number => {
  const flags = flagsAt(view, header.from);
  const before = [
    [0x1, 8],
    [0x2, 4],
    [0x8, 4],
  ] as const;
  return (flags & 0x10) === 0 ? 0 : view.getUint32(header.from + 8 + fieldBytes(flags, before));
};

/** Reads a `moof` box of one track whose data are counted from its own beginning; null for another. */
export const firstSample = (moof: Uint8Array): FirstSample | null => {
  const view = viewOf(moof);
  const [header, time, run] = ['tfhd', 'tfdt', 'trun'].map((type) => find(view, ['moof', 'traf', type]));
  if (!header || !time || !run) return null;
  const flags = flagsAt(view, run.from);
  if ((flags & 0x1) === 0) return null;
  const dataAt = view.getInt32(run.from + 8);
  const sample = run.from + 12 + fieldBytes(flags, [[0x4, 4]]);
  const sizeAt = sample + fieldBytes(flags, [[0x100, 4]]);
  const shiftAt =
    sample +
    fieldBytes(flags, [
      [0x100, 4],
      [0x200, 4],
      [0x400, 4],
    ]);
  const decodedAt =
    view.getUint8(time.from) === 1 ? Number(view.getBigUint64(time.from + 4)) : view.getUint32(time.from + 4);
  return {
    atTicks: decodedAt + ((flags & 0x800) === 0 ? 0 : view.getInt32(shiftAt)),
    endBytes: dataAt + ((flags & 0x200) === 0 ? defaultSize(view, header) : view.getUint32(sizeAt)),
  };
};
