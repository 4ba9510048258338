import { copyFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, crc32, deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { peakMemory } from './fixtures/peak-memory.ts';
import { capabilities, execOf, failureOf, file, folder, made, real } from './fixtures/scratch.ts';
import { gifFrames } from './image/gif.ts';
import { createMediaExec } from './index.ts';

const mebibyte = 1024 * 1024;
// Under a name of its own it can be told from others that run at the time.
const dir = await folder();
const ffprobePath = join(dir, `ffprobe-${process.pid}`);
await copyFile(real.ffprobe, ffprobePath);
const exec = createMediaExec({ ffmpegPath: real.ffmpeg, ffprobePath, sandbox: 'required', capabilities });

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
};

/** A still of a few pixels with other chunks before them. */
const png = (...more: Buffer[]): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(32, 0);
  header.writeUInt32BE(32, 4);
  header.set([8, 2], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...more,
    chunk('IDAT', deflateSync(Buffer.alloc(97 * 32))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

const packedMebibyte = deflateRawSync(Buffer.alloc(mebibyte), { level: 9, finishFlush: constants.Z_FULL_FLUSH });

/** What unpacks to so many zeros (RFC 1950), made of equal parts: packing them all would take a minute. */
const zeros = (mebibytes: number): Buffer => {
  const sum = Buffer.alloc(4);
  sum.writeUInt16BE((mebibytes * mebibyte) % 65_521, 0);
  sum.writeUInt16BE(1, 2);
  const parts = Array.from({ length: mebibytes }, () => packedMebibyte);
  return Buffer.concat([Buffer.from([0x78, 0xda]), ...parts, deflateRawSync(Buffer.alloc(0)), sum]);
};
const named = (...parts: (string | Buffer)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));

const profile = (packed: Buffer): Buffer => chunk('iCCP', named('p\0\0', packed));
const text = (packed: Buffer): Buffer => chunk('zTXt', named('Comment\0\0', packed));
const longText = (packed: Buffer): Buffer => chunk('iTXt', named('Comment\0\x01\0en\0Comment\0', packed));

const probing = async (path: string): Promise<{ code: string | null; peakBytes: number }> => {
  let code: string | null = null;
  const peakBytes = await peakMemory(ffprobePath, async () => {
    const failure = await failureOf(exec.probe(path).then(() => Promise.reject(new Error('taken')))).catch(() => null);
    code = failure?.code ?? null;
  });
  return { code, peakBytes };
};

describe('a PNG', () => {
  const bomb = zeros(1000);

  it.each([
    ['a profile', [profile(bomb)]],
    ['a text', [text(bomb)]],
    ['an international text', [longText(bomb)]],
    ['many texts, none of them too long', Array.from({ length: 20 }, () => text(zeros(1)))],
    ['a profile that breaks off', [profile(bomb.subarray(0, bomb.length / 2))]],
    ['a profile without a name', [chunk('iCCP', named('\0\0', bomb))]],
  ])('with %s that unpacks to too much is refused before a tool sees it', async (_, chunks) => {
    const path = await file('bomb.png', png(...chunks));
    expect(await probing(path)).toEqual({ code: 'media_too_large', peakBytes: 0 });
  });

  it('of endless chunks is refused', async () => {
    const path = await file(
      'chunks.png',
      png(...Array.from({ length: 100_100 }, () => chunk('tEXt', Buffer.alloc(0)))),
    );
    expect(await probing(path)).toEqual({ code: 'media_too_large', peakBytes: 0 });
  });

  it('that is longer than any picture is refused', async () => {
    const path = await file('long.png', png());
    await using handle = await open(path, 'r+');
    await handle.truncate(400 * mebibyte);
    expect((await probing(path)).code).toBe('media_too_large');
  });

  it('with a profile and texts as pictures have them is taken', async () => {
    const path = await file('good.png', png(profile(zeros(4)), text(zeros(1)), longText(deflateSync('words'))));
    expect((await probing(path)).code).toBeNull();
    const plain = await file('plain.png', png(chunk('iTXt', named('XML:com.adobe.xmp\0\0\0\0\0', '<x/>'))));
    expect((await probing(plain)).code).toBeNull();
  });
});

/** A GIF of frames that are one pixel each, on a canvas of any size. */
const gif = (width: number, height: number, frames: number): Buffer => {
  const screen = Buffer.from('GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1');
  screen.writeUInt16LE(width, 6);
  screen.writeUInt16LE(height, 8);
  const delay = Buffer.from('\x21\xf9\x04\x00\x05\x00\x00\x00', 'latin1');
  const frame = Buffer.from('\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0', 'latin1');
  return Buffer.concat([screen, ...Array.from({ length: frames }, () => [delay, frame]).flat(), Buffer.from(';')]);
};

/** Frames of a moving PNG that are one pixel each, on a canvas of any size. */
const movingPng = (width: number, height: number, frames: number): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  const frame = [chunk('fcTL', Buffer.alloc(26)), chunk('fdAT', Buffer.alloc(8))];
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('acTL', Buffer.alloc(8)),
    ...Array.from({ length: frames }, () => frame).flat(),
  ]);
};

describe('an animation', () => {
  it('in PNG of more pixels than any has is refused before a tool draws it', async () => {
    expect(await probing(await file('bomb.png', movingPng(5_000, 5_000, 3_000)))).toEqual({
      code: 'media_too_large',
      peakBytes: 0,
    });
  });

  it('of more pixels than any has is refused before a tool draws it', async () => {
    expect(await probing(await file('bomb.gif', gif(5_000, 5_000, 3_000)))).toEqual({
      code: 'media_too_large',
      peakBytes: 0,
    });
  });

  it('of common size is taken, and its frames are counted as FFmpeg counts them', async () => {
    const path = await made('clip.gif', '-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=10:d=4');
    expect((await probing(path)).code).toBeNull();
    await using handle = await open(path);
    expect(await gifFrames(handle, 1_000)).toBe(40);
    await using small = await open(await file('own.gif', gif(100, 100, 12)));
    expect(await gifFrames(small, 1_000)).toBe(12);
    expect(await gifFrames(small, 5)).toBe(5);
  });

  it('that breaks off, or is none inside, has the frames before', async () => {
    const whole = gif(100, 100, 12);
    await using cut = await open(await file('cut.gif', whole.subarray(0, whole.length / 2)));
    expect(await gifFrames(cut, 1_000)).toBeLessThan(12);
    await using junk = await open(await file('junk.gif', Buffer.alloc(5_000, 0x2c)));
    expect(await gifFrames(junk, 1_000)).toBeGreaterThanOrEqual(0);
  });
});

it('a look at any file is held to an amount of memory', async () => {
  // The cover of a song is a picture inside of a file that is none.
  const cover = await file('cover.png', png(profile(zeros(2_000)), text(zeros(2_000))));
  const argv = ['-f', 'lavfi', '-i', 'sine=d=1', '-i', cover, '-map', '0', '-map', '1', '-c:v', 'copy'];
  const song = await made('song.mp3', ...argv, '-disposition:v', 'attached_pic');
  const { code, peakBytes } = await probing(song);
  expect(peakBytes).toBeGreaterThan(20 * mebibyte);
  expect(peakBytes).toBeLessThan(1536 * mebibyte);
  expect([null, 'media_too_large', 'media_unreadable']).toContain(code);
});

it('one whose look takes too long is refused for what it is', async () => {
  const slow = createMediaExec({ ffmpegPath: real.ffmpeg, ffprobePath, sandbox: 'required', capabilities });
  const path = await made('clip.mp4', '-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=10:d=4');
  expect(await failureOf(slow.probe(path, { wallClockMs: 1 }))).toMatchObject({
    code: 'media_unreadable',
    retryable: false,
  });
  expect((await execOf().probe(path)).facts.video).toHaveLength(1);
});
