import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { convert, execOf, failureOf, file, made, real, runOn } from './fixtures/scratch.ts';

const exec = execOf();

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/stills/${name}`, import.meta.url));

/** Left of the picture white, right of it black, 64 by 32. */
const halves = (...argv: string[]): string[] => [
  '-f',
  'lavfi',
  '-i',
  'color=black:s=64x32,drawbox=w=32:h=32:c=white:t=fill',
  '-frames:v',
  '1',
  ...argv,
];

const exif = (orientation: number): Buffer => {
  const bytes = Buffer.alloc(26);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(1, 8);
  bytes.writeUInt16LE(274, 10);
  bytes.writeUInt16LE(3, 12);
  bytes.writeUInt32LE(1, 14);
  bytes.writeUInt16LE(orientation, 18);
  return bytes;
};

const chunk = (name: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
};

/** A WebP with EXIF in front of which there may be the marker that JPEG has. */
const webpWith = async (orientation: number, marker = ''): Promise<string> => {
  const plain = await readFile(await made('plain.webp', ...halves('-c:v', 'libwebp', '-lossless', '0')));
  const header = Buffer.from([0x08, 0, 0, 0, 63, 0, 0, 31, 0, 0]);
  const body = Buffer.concat([
    Buffer.from('WEBP'),
    chunk('VP8X', header),
    plain.subarray(12),
    chunk('EXIF', Buffer.concat([Buffer.from(marker, 'latin1'), exif(orientation)])),
  ]);
  return file('lies.webp', chunk('RIFF', body));
};

/** A TIFF whose unit of resolution says how it lies instead. */
const tiffWith = async (orientation: number): Promise<string> => {
  const bytes = await readFile(await made('plain.tiff', ...halves()));
  const first = bytes.readUInt32LE(4) + 2;
  const entries = Array.from({ length: bytes.readUInt16LE(first - 2) }, (_, n) =>
    Buffer.from(bytes.subarray(first + 12 * n, first + 12 * (n + 1))),
  );
  const unit = entries.find((entry) => entry.readUInt16LE(0) === 296);
  unit?.writeUInt16LE(274, 0);
  unit?.writeUInt16LE(orientation, 8);
  const inOrder = entries.toSorted((one, other) => one.readUInt16LE(0) - other.readUInt16LE(0));
  Buffer.concat(inOrder).copy(bytes, first);
  return file('lies.tiff', bytes);
};

const brightness = async (path: string, crop: string): Promise<number> => {
  const argv = [
    '-v',
    'error',
    '-i',
    path,
    '-vf',
    `${crop},scale=1:1,format=gray`,
    '-frames:v',
    '1',
    '-f',
    'rawvideo',
    '-',
  ];
  return (await promisify(execFile)(real.ffmpeg, argv, { encoding: 'buffer' })).stdout[0] ?? -1;
};

const looped = (path: string) => runOn(exec, 'image.to_mp4_loop', { duration: 1 } as never, { source: path });

describe.each([
  ['WebP', (orientation: number) => webpWith(orientation)],
  ['WebP with the marker of JPEG', (orientation: number) => webpWith(orientation, 'Exif\0\0')],
  ['TIFF', tiffWith],
])('a %s', (_, make) => {
  it.each([
    [6, [32, 64], 'crop=32:16:0:0', 'crop=32:16:0:48'],
    [8, [32, 64], 'crop=32:16:0:48', 'crop=32:16:0:0'],
    [3, [64, 32], 'crop=16:32:48:0', 'crop=16:32:0:0'],
    [2, [64, 32], 'crop=16:32:48:0', 'crop=16:32:0:0'],
    [5, [32, 64], 'crop=32:16:0:0', 'crop=32:16:0:48'],
    [7, [32, 64], 'crop=32:16:0:48', 'crop=32:16:0:0'],
  ] as const)('of orientation %d stands', async (orientation, size, white, black) => {
    const path = await make(orientation);
    const [picture] = (await exec.probe(path)).facts.video;
    expect([picture?.displayWidth, picture?.displayHeight]).toEqual(size);
    const { artifacts } = await looped(path);
    const [film] = artifacts;
    expect([film?.media.width, film?.media.height]).toEqual(size);
    expect(await brightness(film?.path ?? '', white)).toBeGreaterThan(200);
    expect(await brightness(film?.path ?? '', black)).toBeLessThan(50);
  });

  it('of orientation 1 is read as it is', async () => {
    expect((await exec.probe(await make(1))).facts.redraw).toBeUndefined();
  });
});

describe('AVIF', () => {
  it('is a still like others', async () => {
    const path = await made('still.avif', ...halves('-c:v', 'libaom-av1', '-still-picture', '1', '-cpu-used', '8'));
    const { artifacts, warnings } = await looped(path);
    expect([artifacts[0]?.media.width, artifacts[0]?.media.durationMs, warnings]).toEqual([64, 1000, []]);
    const still = await convert(exec, path, { count: 1, method: 'uniform' }, { id: 'video.thumbnails' });
    expect(still.artifacts[0]?.media.height).toBeGreaterThan(0);
  });

  it('stands as it says', async () => {
    const path = fixture('turned.avif');
    expect((await exec.probe(path)).facts.redraw).toEqual(['right']);
    const { artifacts } = await looped(path);
    expect([artifacts[0]?.media.width, artifacts[0]?.media.height]).toEqual([96, 128]);
  });

  it('says that its transparency is lost', async () => {
    const { warnings } = await looped(fixture('alpha.avif'));
    expect(warnings).toEqual(['source: the transparency of AVIF cannot be read, and is left out']);
  });

  it('that moves is a film', async () => {
    const moving = ['-f', 'lavfi', '-i', 'testsrc=s=64x64:r=5:d=1', '-c:v', 'libaom-av1', '-cpu-used', '8'];
    const { facts } = await exec.probe(await made('moves.avif', ...moving, '-pix_fmt', 'yuv420p'));
    expect([facts.redraw, facts.durationMs]).toEqual([undefined, 1000]);
  });
});

describe('pictures that are not read', () => {
  it.each([
    ['HEIC', async () => fixture('still.heic')],
    ['Animated WebP', () => made('moves.webp', '-f', 'lavfi', '-i', 'testsrc=s=64x64:r=5:d=1', '-c:v', 'libwebp_anim')],
    [
      'An AVIF picture in tiles',
      async () => {
        const bytes = await readFile(fixture('alpha.avif'));
        bytes.write('grid', bytes.indexOf('av01', bytes.indexOf('infe')), 'latin1');
        return file('tiles.avif', bytes);
      },
    ],
  ])('%s is refused by its name', async (name, make) => {
    const failure = await failureOf(exec.probe(await make()));
    expect(failure.code).toBe('media_type_refused');
    expect(failure.message).toContain(name);
    expect(failure.message).toContain('Send ');
  });
});
