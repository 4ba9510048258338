import type { Bucket } from './bucket.ts';
import { composedMax, composeObject, eraseObject, insertObject, type Written } from './objects.ts';

export interface Stage {
  /** Sends a piece while the one before is under way. */
  add(piece: Buffer): Promise<void>;
  /** Makes one object of all pieces; `false`: somebody else was there before. */
  compose(to: string, written: Written): Promise<boolean>;
  /** Waits for what is under way, whatever becomes of it, and takes everything away again. */
  discard(): Promise<void>;
}

const erasedAtOnce = 8;

/**
 * Pieces of an upload below a name of its own. No request is given up half-way: the server might still carry it out, when
 * everything has been taken away.
 */
export const openStage = (bucket: Bucket, upload: string): Stage => {
  const names: string[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const nextName = (): string => {
    const name = `${upload}/${String(names.length).padStart(7, '0')}`;
    names.push(name);
    return name;
  };
  return {
    add: async (piece) => {
      const before = last;
      last = insertObject(bucket, nextName(), piece);
      // It is waited for with the next piece. That it fails until then does not mean that nobody minds.
      last.catch(() => {});
      await before;
    },
    compose: async (to, written) => {
      await last;
      let parts: readonly string[] = [...names];
      while (parts.length > composedMax) {
        const larger: string[] = [];
        for (let from = 0; from < parts.length; from += composedMax) {
          const group = nextName();
          await composeObject(bucket, parts.slice(from, from + composedMax), group);
          larger.push(group);
        }
        parts = larger;
      }
      return composeObject(bucket, parts, to, written);
    },
    discard: async () => {
      await Promise.allSettled([last]);
      await eraseAll(bucket, names);
    },
  };
};

export const eraseAll = async (bucket: Bucket, names: readonly string[]): Promise<void> => {
  for (let from = 0; from < names.length; from += erasedAtOnce)
    await Promise.all(names.slice(from, from + erasedAtOnce).map((name) => eraseObject(bucket, name)));
};
