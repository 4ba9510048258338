import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { openBucket, type Asked } from './bucket.ts';
import { composedMax } from './objects.ts';
import { openStage } from './stage.ts';

interface Composed {
  readonly sourceObjects: readonly { readonly name: string }[];
}

/** A bucket in memory that knows what it is asked here. */
const openMemory = () => {
  const objects = new Map<string, Buffer>();
  const answer = ({ method, path, params, data }: Asked): void => {
    const named = /\/o\/([^/]+)/.exec(path)?.[1];
    const name = decodeURIComponent(named ?? params?.['name'] ?? '');
    if (method === 'DELETE') objects.delete(name);
    else if (named === undefined) {
      const bytes = data as Buffer;
      objects.set(name, bytes.subarray(bytes.indexOf('octet-stream\r\n\r\n') + 16, bytes.lastIndexOf('\r\n--')));
    } else {
      const from = (data as Composed).sourceObjects.map((source) => objects.get(source.name) ?? Buffer.alloc(0));
      expect(from.length).toBeLessThanOrEqual(composedMax);
      objects.set(name, Buffer.concat(from));
    }
  };
  const bucket = openBucket({ bucket: 'films', endpoint: 'http://127.0.0.1:9' });
  return { objects, bucket: { ...bucket, send: async <T>(asked: Asked) => answer(asked) as T } };
};

it.each([1, composedMax, composedMax + 1, composedMax ** 2, composedMax ** 2 + 1])(
  'makes one object of %i pieces and takes them away',
  async (count) => {
    const { objects, bucket } = openMemory();
    const bytes = randomBytes(4 * count);
    const stage = openStage(bucket, 'incoming/one');
    for (let at = 0; at < bytes.length; at += 4) await stage.add(bytes.subarray(at, at + 4));
    expect(await stage.compose('whole', {})).toBe(true);
    expect(objects.get('whole')?.equals(bytes)).toBe(true);
    await stage.discard();
    expect([...objects.keys()]).toEqual(['whole']);
  },
);
