import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { convert, execOf, failureOf, file, made } from './fixtures/scratch.ts';

const exec = execOf('required');

const picture = '-f lavfi -i testsrc2=s=320x240:r=25:d=2'.split(' ');
const tone = '-f lavfi -i sine=r=48000:d=2'.split(' ');
const pal = '-f lavfi -i testsrc2=s=720x576:r=25:d=2 -f lavfi -i sine=r=48000:d=2 -pix_fmt yuv420p -ac 2'.split(' ');

/** An ID3v2.3 tag with a title, a picture of so many bytes, and padding. */
const tag = (pictureBytes = 0, declaredBytes?: number): Buffer => {
  const frame = (id: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(10);
    head.write(id, 'latin1');
    head.writeUInt32BE(body.length, 4);
    return Buffer.concat([head, body]);
  };
  const cover = Buffer.concat([Buffer.from('\0image/jpeg\0\x03\0', 'latin1'), Buffer.alloc(pictureBytes, 0x55)]);
  const body = Buffer.concat([
    frame('TIT2', Buffer.from('\x03Title', 'latin1')),
    ...(pictureBytes > 0 ? [frame('APIC', cover)] : []),
    Buffer.alloc(64),
  ]);
  const size = declaredBytes ?? body.length;
  const head = Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, size >> 21, (size >> 14) & 127, (size >> 7) & 127, size & 127]);
  return Buffer.concat([head, body]);
};

const bytesOf = async (name: string, ...argv: string[]): Promise<Buffer> => readFile(await made(name, ...argv));

const audible = async (path: string): Promise<void> => {
  const { artifacts } = await convert(exec, path, { format: 'wav' }, { id: 'audio.extract' });
  expect(artifacts[0]?.media.durationMs).toBeGreaterThan(1_900);
  expect(artifacts[0]?.media.durationMs).toBeLessThan(2_150);
};

const visible = async (path: string): Promise<void> => {
  const { artifacts } = await convert(exec, path, { output_format: 'mp4', resolution: '160x120', preset: 'fast' });
  expect(artifacts[0]?.media.durationMs).toBeGreaterThan(1_800);
  expect(artifacts[0]?.media.durationMs).toBeLessThan(2_150);
};

describe('sound', () => {
  it.each([
    ['ac3', 'ac3', ['-c:a', 'ac3']],
    ['eac3', 'eac3', ['-c:a', 'eac3']],
    ['w64', 'w64', []],
    ['au', 'au', []],
    ['caf', 'caf', []],
    ['aiff', 'aiff', []],
    ['tta', 'tta', []],
    ['wv', 'wv', []],
    ['mp2', 'mp3', []],
    ['dts', 'dts', ['-c:a', 'dca', '-strict', '-2']],
    ['wav', 'wav', ['-rf64', 'always']],
    ['loas', 'loas', ['-c:a', 'aac', '-f', 'latm']],
  ])('%s is read as what it is', async (ending, demuxer, options) => {
    const path = await made(`a.${ending}`, ...tone, '-ac', '2', ...options);
    expect((await exec.probe(path)).facts.demuxer).toBe(demuxer);
    await audible(path);
  });
});

describe('pictures', () => {
  it.each([
    ['mxf', 'mxf', [...pal, '-c:v', 'mpeg2video', '-c:a', 'pcm_s16le']],
    ['dv', 'dv', [...pal, '-target', 'pal-dv']],
    ['h264', 'h264', [...picture, '-c:v', 'libx264', '-preset', 'ultrafast']],
    ['hevc', 'hevc', [...picture, '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error']],
    ['m2v', 'mpegvideo', [...picture, '-c:v', 'mpeg2video']],
    ['m1v', 'mpegvideo', [...picture, '-c:v', 'mpeg1video']],
    ['m4v', 'm4v', [...picture, '-c:v', 'mpeg4', '-f', 'm4v']],
    ['ivf', 'ivf', [...picture, '-c:v', 'libvpx', '-deadline', 'realtime']],
  ])('%s is read as what it is', async (ending, demuxer, argv) => {
    const path = await made(`v.${ending}`, ...argv);
    expect((await exec.probe(path)).facts.demuxer).toBe(demuxer);
    await visible(path);
  });
});

describe('sound behind ID3 tags', () => {
  it.each([
    ['FLAC', 'flac', 'flac', [] as string[], tag()],
    ['ADTS', 'aac', 'aac', ['-c:a', 'aac', '-f', 'adts'], tag()],
    ['AC-3', 'ac3', 'ac3', ['-c:a', 'ac3'], tag()],
    ['TTA', 'tta', 'tta', [], tag()],
    ['FLAC behind two tags', 'flac', 'flac', [], Buffer.concat([tag(), tag(500)])],
    ['FLAC behind a large cover', 'flac', 'flac', [], tag(3_000_000)],
    ['ADTS behind a large cover', 'aac', 'aac', ['-c:a', 'aac', '-f', 'adts'], tag(3_000_000)],
    ['MP3 behind two tags', 'mp3', 'mp3', ['-id3v2_version', '0'], Buffer.concat([tag(), tag(90_000)])],
    ['MP3 behind padding that no tag counts', 'mp3', 'mp3', [], Buffer.concat([tag(), Buffer.alloc(3000)])],
  ] as const)('%s', async (_, ending, demuxer, options, front) => {
    const sound = await bytesOf(`a.${ending}`, ...tone, '-ac', '2', ...options);
    const path = await file(`tagged.${ending}`, Buffer.concat([front, sound]));
    expect((await exec.probe(path)).facts.demuxer).toBe(demuxer);
    await audible(path);
  });

  it.each([
    ['a page', Buffer.from('<!doctype html><html><body>not a sound</body></html>')],
    ['a playlist', Buffer.from('#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n/etc/passwd\n')],
    ['an archive', Buffer.from(`PK\x03\x04\x0a${'\0'.repeat(40)}`, 'latin1')],
    ['a film', Buffer.from(`\0\0\0\x20ftypisom${'\0'.repeat(40)}`, 'latin1')],
    ['noise', Buffer.from(Array.from({ length: 5_000 }, (__, n) => (n * n * 31 + 7) & 0x7f))],
  ])('%s behind a tag is refused', async (_, content) => {
    const failure = await failureOf(exec.probe(await file('a.mp3', Buffer.concat([tag(), content]))));
    expect(failure.code).toBe('media_type_refused');
  });

  it('an archive that holds an MP3 is refused, with and without a tag in front', async () => {
    const sound = await bytesOf('a.mp3', ...tone);
    const archive = Buffer.concat([Buffer.from(`PK\x03\x04${'\0'.repeat(30)}`, 'latin1'), sound]);
    for (const content of [archive, Buffer.concat([tag(), archive])])
      expect((await failureOf(exec.probe(await file('a.mp3', content)))).code).toBe('media_type_refused');
  });

  it('a file that ends within its tag is cut off', async () => {
    const cut = tag(40_000, 100_000);
    expect((await failureOf(exec.probe(await file('a.mp3', cut)))).code).toBe('media_truncated');
    expect((await failureOf(exec.probe(await file('a.mp3', cut.subarray(0, 30))))).code).toBe('media_truncated');
  });
});

describe('streams that were caught from the air', () => {
  const dump = (...options: string[]): Promise<Buffer> =>
    bytesOf('a.ts', ...picture, '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '10', '-f', 'mpegts', ...options);

  const withParity = (packets: Buffer): Buffer =>
    Buffer.concat(
      Array.from({ length: packets.length / 188 }, (_, n) =>
        Buffer.concat([packets.subarray(n * 188, (n + 1) * 188), Buffer.alloc(16, 0xa5)]),
      ),
    );

  it.each([
    ['plain packets', 188, (): Promise<Buffer> => dump()],
    ['packets with a time in front', 192, (): Promise<Buffer> => dump('-mpegts_m2ts_mode', '1')],
    ['packets with a checksum behind', 204, async (): Promise<Buffer> => withParity(await dump())],
  ] as const)('%s, from the middle of one', async (_, size, make) => {
    const whole = await make();
    for (const start of [0, 1, 61, size - 1]) {
      const path = await file('a.ts', whole.subarray(start));
      expect((await exec.probe(path)).facts).toMatchObject({
        demuxer: 'mpegts',
        video: [{ codec: 'h264', width: 320 }],
      });
    }
    const { artifacts } = await convert(exec, await file('a.ts', whole.subarray(size * 20 + 61)), { crf: 30 });
    expect(artifacts[0]?.media.durationMs).toBeGreaterThan(1_000);
  });

  it.each([
    ['mp3', 'mp3', ['-c:a', 'libmp3lame', '-id3v2_version', '0', '-write_xing', '0']],
    ['aac', 'aac', ['-c:a', 'aac', '-f', 'adts']],
    ['loas', 'loas', ['-c:a', 'aac', '-f', 'latm']],
  ])('%s from the middle of a frame', async (ending, demuxer, options) => {
    const whole = await bytesOf(`a.${ending}`, ...tone, ...options);
    const path = await file(`a.${ending}`, whole.subarray(101));
    expect((await exec.probe(path)).facts.demuxer).toBe(demuxer);
    await audible(path);
  });
});

it('a PNG that moves is a film, and one that does not a picture', async () => {
  const path = await made('a.apng', ...picture);
  expect((await exec.probe(path)).facts).toMatchObject({ demuxer: 'apng', video: [{ codec: 'apng' }] });
  await visible(path);
  const still = await made('a.png', ...picture, '-frames:v', '1');
  expect((await exec.probe(still)).facts.demuxer).toBe('png_pipe');
});

describe('TIFF', () => {
  const still = (...options: string[]): Promise<string> =>
    made('a.tiff', ...'-f lavfi -i testsrc2=s=320x240 -frames:v 1'.split(' '), ...options);

  it.each([['packbits'], ['raw'], ['lzw'], ['deflate']])('packed by %s becomes a film', async (packing) => {
    const path = await still('-compression_algo', packing);
    expect((await exec.probe(path)).facts).toMatchObject({
      demuxer: 'tiff_pipe',
      video: [{ width: 320, height: 240 }],
    });
    const { artifacts } = await convert(exec, path, { duration: 1 }, { id: 'image.to_mp4_loop' });
    expect(artifacts[0]?.media.durationMs).toBe(1_000);
  });

  it('with a size that no memory holds is refused wherever it says so', async () => {
    const bytes = await readFile(await still());
    const directory = bytes.readUInt32LE(4);
    for (let at = directory + 2; at < directory + 2 + bytes.readUInt16LE(directory) * 12; at += 12)
      if ([256, 257].includes(bytes.readUInt16LE(at))) {
        bytes.writeUInt16LE(4, at + 2);
        bytes.writeUInt32LE(60_000, at + 8);
      }
    expect((await failureOf(exec.probe(await file('a.tiff', bytes)))).code).toBe('media_too_large');
  });
});
