import { readFile } from 'node:fs/promises';
import type { OperationId } from '@ffapi/contracts';
import { plainText } from '@ffapi/media';
import { describe, expect, it } from 'vitest';
import { execOf, failureOf, file, made, runOn, shortClip } from './fixtures/scratch.ts';
import type { Params, Paths } from './fixtures/scratch.ts';
import type { RunOutcome } from './run-plan.ts';

const exec = execOf('required');
const clip = await shortClip();
const srt = '1\n00:00:00,200 --> 00:00:01,000\nGrüße, <i>Welt</i>\n\n2\n00:00:01,200 --> 00:00:01,800\nÉtè\n';

const run = (id: OperationId, params: Params, paths: Paths): Promise<RunOutcome> =>
  runOn(exec, id, params, paths, { hardware: 'cpu' });

const read = async (content: string | Uint8Array) => (await exec.readSubtitle(await file('a.srt', content))).text;

describe('a subtitle file', () => {
  const russian = '1\n00:00:01,000 --> 00:00:02,000\nПривет, как дела? Это проверка\n';
  const tableOf = (charset: string): Map<string, number> => {
    const decoder = new TextDecoder(charset);
    return new Map(Array.from({ length: 128 }, (_, n) => [decoder.decode(new Uint8Array([128 + n])), 128 + n]));
  };
  const encoded = (text: string, charset: string): Uint8Array => {
    const table = tableOf(charset);
    return Uint8Array.from(text, (letter) => table.get(letter) ?? letter.charCodeAt(0));
  };
  const swapped = (text: string): Uint8Array => Buffer.from(text, 'utf16le').swap16();

  it.each([
    ['utf-8', srt, srt],
    ['utf-8', srt, `\ufeff${srt}`],
    ['utf-16le', srt, Buffer.from(`\ufeff${srt}`, 'utf16le')],
    ['utf-16be', srt, swapped(`\ufeff${srt}`)],
    ['utf-16le', srt, Buffer.from(srt, 'utf16le')],
    ['utf-16be', srt, swapped(srt)],
    ['iso-8859-1', srt, Buffer.from(srt, 'latin1')],
    ['windows-1251', russian, encoded(russian, 'windows-1251')],
    ['koi8-r', russian, encoded(russian, 'koi8-r')],
  ])('in %s is read letter by letter', async (charset, text, content) => {
    const found = await read(content);
    expect(found?.charset).toBe(charset);
    expect(found?.cues.map(plainText)).toEqual((await read(text))?.cues.map(plainText));
  });

  it('of one odd letter is taken for Western', async () => {
    const found = await read(Buffer.from('1\n00:00:01,000 --> 00:00:02,000\n\x80 5\n', 'latin1'));
    expect(found?.cues.map(plainText)).toEqual(['€ 5']);
  });

  it.each([
    ['media_empty', ''],
    ['subtitle_unreadable', 'just words'],
    ['subtitle_unreadable', 'WEBVTT\n\nNOTE nothing\n'],
    ['subtitle_unreadable', '\0'.repeat(5_000)],
    ['subtitle_unreadable', '#EXTM3U\nfile:///etc/passwd\n'],
    ['subtitle_unreadable', '00:00:02,000 --> 00:00:01,000\nbackwards\n'],
    ['subtitle_too_large', '00:00:01,000 --> 00:00:02,000\nx\n\n'.repeat(100_001)],
    ['subtitle_too_large', 'x'.repeat(10 * 1024 * 1024 + 1)],
  ])('is refused as %s', async (code, content) => {
    expect((await failureOf(read(content))).code).toBe(code);
  });

  it('that is a film is refused', async () => {
    expect((await failureOf(exec.readSubtitle(clip))).code).toBe('subtitle_unreadable');
  });
});

describe('subtitle tracks', () => {
  it('go into a file and come out again', async () => {
    const subtitle = await file('a.srt', Buffer.from(srt, 'latin1'));
    const tracks = [{ subtitle_url: 'file_0000', language: 'de', title: 'a=b;c\\', default: true }];
    for (const output_format of ['mp4', 'mkv']) {
      const muxed = await run(
        'subtitles.mux',
        { tracks, output_format },
        { source: clip, 'tracks-0-subtitle_url': subtitle },
      );
      expect(muxed.result).toMatchObject({ tracks: [{ cues: 2, charset: 'iso-8859-1', language: 'deu' }] });
      const video = muxed.artifacts[0]?.path ?? '';
      const back = await run('subtitles.extract', { language: 'de' }, { source: video });
      expect(await readFile(back.artifacts[0]?.path ?? '', 'utf8')).toContain('Grüße, <i>Welt</i>\n\n2\n00:00:01,2');
    }
  });

  it('of a file that is cut off are refused, both ways', async () => {
    const subtitle = await file('a.srt', srt);
    for (const name of ['whole.mp4', 'whole.mkv']) {
      const codec = name.endsWith('.mp4') ? 'mov_text' : 'srt';
      const argv = ['-map', '0', '-map', '1', '-c', 'copy', '-c:s', codec, '-movflags', '+faststart'];
      const bytes = await readFile(await made(name, '-i', clip, '-i', subtitle, ...argv));
      const half = await file(name, bytes.subarray(0, bytes.length * 0.55));
      const tracks = [{ subtitle_url: 'file_0000', language: 'en' }];
      const muxed = run('subtitles.mux', { tracks }, { source: half, 'tracks-0-subtitle_url': subtitle });
      expect((await failureOf(muxed)).code, name).toBe('media_truncated');
      if (codec === 'srt') continue;
      expect((await failureOf(run('subtitles.extract', {}, { source: half }))).code).toBe('media_truncated');
    }
  });

  it('that are pictures, or are not there, are refused', async () => {
    // A presentation of Blu-ray subtitles that shows nothing, and its end.
    const pgs = Buffer.from(
      '504700 00afc8 00000000 16000b 02d002401000008000 0000 504700 00afc8 00000000 800000'.replaceAll(' ', ''),
      'hex',
    );
    const argv = ['-f', 'sup', '-i', await file('a.sup', pgs), '-map', '0:v', '-map', '1', '-c', 'copy'];
    const pictures = await made('pgs.mkv', '-i', clip, ...argv);
    expect((await failureOf(run('subtitles.extract', {}, { source: pictures }))).code).toBe('subtitle_is_picture');
    expect((await failureOf(run('subtitles.extract', {}, { source: clip }))).code).toBe('subtitle_track_missing');
  });
});

describe('drawn text', () => {
  it('leaves everything else as it was', async () => {
    const odd = await made(
      'odd.mkv',
      '-i',
      clip,
      '-vf',
      'crop=319:179:exact=1,setpts=PTS*1.1',
      '-c:v',
      'ffv1',
      '-c:a',
      'copy',
    );
    const subtitle = await file('a.vtt', 'WEBVTT\n\n00:00.200 --> 00:01.000 line:0\n{really} \'"%,:;[x]\\N\n');
    const outcome = await run('subtitles.burn_in', { style: {} }, { source: odd, subtitle });
    expect(outcome.artifacts[0]?.media).toMatchObject({
      width: 320,
      height: 180,
      videoCodec: 'h264',
      audioCodec: 'aac',
    });
    expect(outcome.stats.frames).toBe(50);
    expect(outcome.result).toEqual({ cues: 1, charset: 'utf-8', format: 'vtt' });
  });

  it('tells of a font that is not there', async () => {
    const subtitle = await file('a.srt', srt);
    const warningsOf = async (font: string): Promise<readonly string[]> =>
      (await run('subtitles.burn_in', { style: { font } }, { source: clip, subtitle })).warnings;
    expect(await warningsOf('DejaVu Sans')).toEqual([]);
    expect(await warningsOf('No Such Font')).toEqual([expect.stringMatching(/^there is no font No Such Font; /)]);
  });

  // A rare letter of Chinese that no common font has.
  it.each([
    ['SRT', 'a.srt', '1\n00:00:00,200 --> 00:00:01,000\nx\u{31350}\n'],
    ['WebVTT in italics', 'a.vtt', 'WEBVTT\n\n00:00.200 --> 00:01.000\n<i>x\u{31350}</i>\n'],
  ])('warns of letters in %s that no font has', async (_, name, text) => {
    const outcome = await run('subtitles.burn_in', {}, { source: clip, subtitle: await file(name, text) });
    expect(outcome.warnings).toEqual([expect.stringMatching(/^no font has \u{31350}, drawn as boxes/u)]);
  });

  it('warns of letters that a filter of text cannot draw', async () => {
    const filters = [{ type: 'text', params: { text: 'x\u{31350}' } }];
    const outcome = await run('video.filter', { filters }, { source: clip });
    expect(outcome.warnings).toEqual([expect.stringMatching(/^the font DejaVu Sans does not have \u{31350}/u)]);
    const plain = await run('video.filter', { filters: [{ type: 'text', params: { text: 'Ωж' } }] }, { source: clip });
    expect(plain.warnings).toEqual([]);
  });

  it.each([
    [640, 360],
    [1920, 1080],
  ])('has the size at %ix%i that FFmpeg itself gives it', async (width, height) => {
    const size = `${width}x${height}`;
    const black = await made('black.mp4', '-f', 'lavfi', '-i', `color=c=black:s=${size}:r=5:d=1`, '-qp', '0');
    const subtitle = await file('a.srt', '1\n00:00:00,000 --> 00:00:01,000\nHx\n');
    const style = { font: 'DejaVu Sans', font_size: 24, outline: 0 };
    const drawn = (await run('subtitles.burn_in', { style }, { source: black, subtitle })).artifacts[0]?.path ?? '';
    const forced = "force_style='FontName=DejaVu Sans,FontSize=24,Outline=0,Shadow=0'";
    const own = await made('own.mp4', '-i', black, '-vf', `subtitles=filename=${subtitle}:${forced}`, '-qp', '0');
    const letterHeight = async (path: string): Promise<number> => {
      const grey = await made('a.gray', '-i', path, '-frames:v', '1', '-pix_fmt', 'gray', '-f', 'rawvideo');
      const pixels = await readFile(grey);
      const lit = Array.from({ length: height }, (_, y) =>
        pixels.subarray(y * width, (y + 1) * width).some((v) => v > 128),
      );
      return lit.lastIndexOf(true) - lit.indexOf(true) + 1;
    };
    const wanted = await letterHeight(own);
    expect(Math.abs((await letterHeight(drawn)) - wanted)).toBeLessThanOrEqual(1);
    // A capital is about 63 of the 100 parts of a line.
    expect(wanted / height).toBeGreaterThan(0.045);
  });

  it('of a hostile ASS file does no harm', async () => {
    const events = [
      '{\\p1}m 0 0 l 99999999 99999999{\\p0}',
      `{\\fs999999\\blur9999}${'x'.repeat(50_000)}`,
      '{\\t(0,1,\\fscx9999999)}y',
    ];
    const script = [
      '[Script Info]',
      'PlayResX: 999999999',
      'PlayResY: 1',
      '[V4+ Styles]',
      'Format: Name, Fontname, Fontsize',
      'Style: A,/etc/passwd,1e99',
      '[Fonts]',
      'fontname: x.ttf',
      ...Array.from({ length: 500 }, () => '!'.repeat(80)),
      '[Events]',
      'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text',
      ...events.map((text) => `Dialogue: 0,0:00:00.20,0:00:01.00,A,,0,0,0,Banner;1,${text}`),
    ].join('\n');
    const outcome = await run('subtitles.burn_in', {}, { source: clip, subtitle: await file('a.ass', script) });
    expect(outcome.stats.frames).toBe(50);
  });
});
