import { once } from 'node:events';
import { mkdir, readFile, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convert, execOf, failureOf, file, folder, made, real, shortClip } from './fixtures/scratch.ts';
import { runTool } from './process/run-tool.ts';
import { createSandbox } from './sandbox/create-sandbox.ts';
import type { SandboxLevel } from './sandbox/sandbox.ts';

const exec = execOf('required');
const clip = await shortClip();
const canary = await shortClip('canary.ts', '-f', 'mpegts');

const png = (width: number, height: number, rows: Uint8Array | null): Uint8Array => {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(body.length + 8);
    frame.writeUInt32BE(data.length, 0);
    body.copy(frame, 4);
    return frame;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', rows ? deflateSync(rows) : Buffer.alloc(0)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="60000" height="60000"><image href="http://127.0.0.1/x"/></svg>';
const sdp =
  'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n';
const mpd =
  '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><BaseURL>http://127.0.0.1:1/</BaseURL></Period></MPD>';

describe('files that open other files', () => {
  it.each([
    [
      'M01 a playlist that names a foreign file',
      `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${canary}\n#EXT-X-ENDLIST\n`,
    ],
    [
      'M02 a playlist that names a server',
      '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://127.0.0.1:1/x.ts\n#EXT-X-ENDLIST\n',
    ],
    ['M03 an ffconcat script', `ffconcat version 1.0\nfile ${canary}\n`],
    ['M04 a DASH manifest', mpd],
    ['M05 an SDP', sdp],
    ['M12 an SVG', svg],
    ['M13 a text', 'this is no video, but it is long enough'],
    ['M13 a page', '<!doctype html><html><body>not a video</body></html>'],
    ['M13 one byte', 'x'],
  ])('%s is refused by its first bytes', async (_, content) => {
    const failure = await failureOf(exec.probe(await file('video.mp4', content)));
    expect(failure).toMatchObject({ code: 'media_type_refused', retryable: false });
  });

  it('an empty file has its own code', async () => {
    expect((await failureOf(exec.probe(await file('video.mp4', '')))).code).toBe('media_empty');
  });

  it('and behind the first bytes stands the demuxer list', async () => {
    const path = await file('video.mp4', `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${canary}\n#EXT-X-ENDLIST\n`);
    const { facts } = await exec.probe(clip);
    const swapped = convert({ ...exec, probe: async () => ({ facts, raw: {}, ffprobeVersion: '' }) }, path, {
      crf: 30,
    });
    expect((await failureOf(swapped)).code).toMatch(/media_(unreadable|truncated)/);
  });
});

describe('files that open other files, when nothing was checked', () => {
  const list = (...lines: string[]): string =>
    `#EXTM3U\n#EXT-X-TARGETDURATION:2\n${lines.join('\n')}\n#EXT-X-ENDLIST\n`;
  const free = ['-protocol_whitelist', 'file,http,tcp,udp,rtp,crypto,data'];
  /** The file, and how a careless caller would have it opened. */
  const openers: readonly (readonly [id: string, content: (port: number) => string, options: readonly string[]])[] = [
    ['M01 a playlist that names a foreign file', () => list('#EXTINF:2,', canary), ['-f', 'hls']],
    [
      'M02 a playlist that names a server',
      (port) => list('#EXTINF:2,', `http://127.0.0.1:${port}/x.ts`),
      ['-f', 'hls'],
    ],
    [
      'M02 a master playlist',
      (port) => `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://127.0.0.1:${port}/x.m3u8\n`,
      ['-f', 'hls'],
    ],
    ['M03 an ffconcat script', () => `ffconcat version 1.0\nfile ${canary}\n`, ['-safe', '0', '-f', 'concat']],
    [
      'M03 an ffconcat script of a server',
      (port) => `ffconcat version 1.0\nfile http://127.0.0.1:${port}/x.ts\n`,
      ['-safe', '0', '-f', 'concat'],
    ],
    [
      'M04 a DASH manifest',
      (port) =>
        `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>http://127.0.0.1:${port}/x.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>`,
      ['-f', 'dash'],
    ],
  ];

  let hits = 0;
  const server = createServer((socket) => {
    hits++;
    socket.on('error', () => {}).destroy();
  });
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => server.close());

  /** Whether a run read what it was not given, or called somebody. */
  const leaks = async (level: SandboxLevel, content: string, options: readonly string[]): Promise<boolean> => {
    const workDir = await folder();
    await mkdir(join(workDir, 'scratch'));
    const mounts = { inputs: { source: await file('video.mp4', content) }, workDir };
    const sandbox = createSandbox({ sandbox: level });
    const argv = [...free, ...options, ...(options.includes('hls') ? ['-allowed_extensions', 'ALL'] : [])];
    const words = ['-v', 'error', '-nostdin', ...argv, '-i', sandbox.inputPath(mounts, 'source'), '-f', 'null', '-'];
    const before = hits;
    const result = await runTool({
      ...sandbox.wrap(real.ffmpeg, words, mounts),
      wallClockMs: 5_000,
      stallMs: 5_000,
      stdout: 'capture',
    });
    expect(result.stderrTail).not.toMatch(/setpriv:|bwrap:|error while loading/);
    return result.exitCode === 0 || hits > before;
  };
  const portOf = (): number => (server.address() as AddressInfo).port;

  it.each(openers)('%s', async (_, content, options) => {
    expect(await leaks('required', content(portOf()), options)).toBe(false);
    expect(await leaks('external', content(portOf()), options)).toBe(false);
    expect(await leaks('off', content(portOf()), options), 'the attack itself works').toBe(true);
  });
});

describe('files that are too much', () => {
  it('M07 a PNG of 256 megapixels', async () => {
    const path = await file('big.png', png(16_000, 16_000, new Uint8Array(48_001 * 20)));
    expect((await failureOf(exec.probe(path))).code).toBe('media_too_large');
  });

  it('M08 a PNG that only claims to be huge', async () => {
    expect((await failureOf(exec.probe(await file('huge.png', png(65_535, 65_535, null))))).code).toBe(
      'media_too_large',
    );
  });

  it('M10 one frame four months in the future', async () => {
    const path = await made(
      'late.mkv',
      '-f',
      'lavfi',
      '-i',
      'color=s=64x64:r=1:d=2',
      '-vf',
      'setpts=if(eq(N\\,1)\\,10000000/TB\\,PTS)',
      '-fps_mode',
      'passthrough',
      '-c:v',
      'ffv1',
    );
    expect((await failureOf(exec.probe(path))).code).toBe('media_too_long');
  });

  it('M09 ten thousand large frames end at the wall clock', async () => {
    const path = await made('long.gif', '-f', 'lavfi', '-i', 'color=s=1000x1000:r=50:d=40', '-frames:v', '2000');
    const work = convert(
      exec,
      path,
      { output_format: 'mp4', preset: 'quality' },
      { limits: { wallClockMs: 700, graceMs: 200 } },
    );
    expect((await failureOf(work)).code).toBe('ffmpeg_timeout');
  });

  it('refuses decoders that nobody needs', async () => {
    const path = await made('odd.mkv', '-f', 'lavfi', '-i', 'color=s=64x64:r=5:d=1', '-c:v', 'magicyuv');
    const failure = await failureOf(exec.probe(path).then(() => convert(exec, path, { crf: 30 })));
    expect(failure.code).toBe('media_codec_refused');
  });
});

describe('files that are cut off', () => {
  const halve = async (path: string): Promise<void> => truncate(path, Math.floor((await readFile(path)).length / 2));

  it('M11 an MP4 whose header promises more, encoded or copied', async () => {
    const path = await shortClip('half.mp4');
    await halve(path);
    expect((await failureOf(convert(exec, path, { crf: 30 }))).code).toBe('media_truncated');
    expect((await failureOf(convert(exec, path, { output_format: 'mkv' }))).code).toBe('media_truncated');
  });

  it('M11 an MP4 that lost its index', async () => {
    const path = await made('tail.mp4', '-i', clip, '-c', 'copy');
    await halve(path);
    expect((await failureOf(exec.probe(path))).code).toBe('media_truncated');
  });

  it('M11 a transport stream has no length to miss: what is there is converted', async () => {
    const path = await shortClip('half.ts', '-f', 'mpegts');
    await halve(path);
    const { facts } = await exec.probe(path);
    expect(facts.durationMs).toBeLessThan(1_900);
    expect((await convert(exec, path, { crf: 30 })).artifacts[0]?.media.durationMs).toBeGreaterThan(500);
  });
});

describe('files without what is needed', () => {
  it('M14 only a cover picture', async () => {
    const cover = await made('cover.jpg', '-f', 'lavfi', '-i', 'color=s=64x64', '-frames:v', '1');
    const song = await made(
      'song.mp4',
      '-i',
      clip,
      '-i',
      cover,
      '-map',
      '1',
      '-c',
      'copy',
      '-disposition:v:0',
      'attached_pic',
    );
    expect((await failureOf(convert(exec, song, { crf: 30 }))).code).toBe('media_no_video_stream');
    expect((await failureOf(convert(exec, song, {}, { id: 'video.thumbnails' }))).code).toBe('media_no_video_stream');
  });

  it('M14 only subtitles', async () => {
    const words = await file('words.srt', '1\n00:00:00,000 --> 00:00:01,000\nhello\n');
    const path = await made('subs.mp4', '-i', words, '-c:s', 'mov_text');
    expect((await failureOf(exec.probe(path))).code).toBe('media_no_streams');
  });

  it('a silent film as mp3', async () => {
    const silent = await made('silent.mp4', '-i', clip, '-an', '-c', 'copy');
    expect((await failureOf(convert(exec, silent, { output_format: 'mp3' }))).code).toBe('media_no_audio_stream');
  });
});
