/** What FFmpeg's `metadata` and `ametadata` filters print about one frame. */
export interface FrameMetadata {
  readonly seconds: number;
  /** The value of a key, written without its `lavfi.`; null when it is missing or no finite number. */
  readonly value: (key: string) => number | null;
}

const finite = (text: string | undefined): number | null => {
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
};

/** The frames in the text of `mode=print`, in order; frames without a time are left out. */
export const parseFrameMetadata = (text: string): FrameMetadata[] => {
  const frames: FrameMetadata[] = [];
  let fields: Map<string, string> | null = null;
  for (const [, head, key, value] of text.matchAll(/^(?:frame:(.*)|lavfi\.([^=\n]+)=([^\s=]*)\s*)$/gm)) {
    if (head === undefined) {
      fields?.set(key ?? '', value ?? '');
      continue;
    }
    const seconds = finite(/pts_time:(-?[\d.]+)/.exec(head)?.[1]);
    const own = new Map<string, string>();
    fields = own;
    if (seconds !== null) frames.push({ seconds, value: (name) => finite(own.get(name)) });
  }
  return frames;
};
