import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFilters } from './filters.ts';
import { parseCommand, parseTask } from './parse-command.ts';
import { RawRefusal } from './raw-command.ts';
import type { RawCommand } from './raw-command.ts';
import { splitWords } from './words.ts';

const rules = { filtersMax: 10, needsLimit: false };
const parse = (command: string, more: Partial<typeof rules> = {}): RawCommand =>
  parseCommand(
    { input_files: { in: 'file_aaaa' }, output_files: { out: 'out.mp4' }, ffmpeg_command: command },
    { ...rules, ...more },
  );
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof RawRefusal) return error.code;
    throw error;
  }
  return 'accepted';
};

describe('words', () => {
  it.each([
    ['a  b\tc\nd', ['a', 'b', 'c', 'd']],
    [`-vf "scale=1:2, hue=s=0" 'x y'`, ['-vf', 'scale=1:2, hue=s=0', 'x y']],
    [String.raw`a\ b "c\"d" 'e\f' "g\h"`, ['a b', 'c"d', String.raw`e\f`, String.raw`g\h`]],
    [`"" ''`, ['', '']],
    ['$HOME `id` $(id) *', ['$HOME', '`id`', '$(id)', '*']],
    ['a\\\nb', ['ab']],
  ])('%j', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  it.each([`"open`, `'open`, 'end\\', 'nul\0'])('not %j', (text) => {
    expect(codeOf(() => splitWords(text))).toBe('invalid_command');
  });

  it('come out as they were quoted in', () => {
    const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }).filter((word) => !word.includes('\0'))), (words) => {
        expect(splitWords(words.map(quoted).join(' '))).toEqual(words);
      }),
    );
  });
});

describe('a command', () => {
  it('is taken apart', () => {
    expect(
      parse(
        'ffmpeg -y -hide_banner -loglevel error -ss 1.5 -i {{in}} -vf "scale=320:-2,hue=s=0" -c:v libx264 -an {{ out }}',
      ),
    ).toEqual({
      inputs: [{ name: 'in', options: ['-ss', '1.5'] }],
      filterComplex: null,
      outputs: [{ file: 'out.mp4', options: ['-vf', 'scale=320:-2,hue=s=0', '-c:v', 'libx264', '-an'] }],
    });
    expect(parse('-i {{in}} -filter_complex [0:v]hflip[v] -map [v] {{out}}')).toMatchObject({
      filterComplex: '[0:v]hflip[v]',
      outputs: [{ options: ['-map', '[v]'] }],
    });
  });

  it.each([
    ['-i /etc/passwd {{out}}', 'forbidden_pattern'],
    ['-i http://127.0.0.1/ {{out}}', 'forbidden_pattern'],
    ['-f lavfi -i {{in}} {{out}}', 'forbidden_pattern'],
    ['-f concat -i {{in}} {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -f tee {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -f hls {{out}}', 'forbidden_pattern'],
    ['-i {{in}} {{out}} /tmp/second.mp4', 'invalid_command'],
    ['-i {{in}} /tmp/other.mp4 {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -passlogfile /tmp/x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -filter_complex_script x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -filter_script:v x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -attach /etc/passwd {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -dump_attachment:t x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -progress http://127.0.0.1 {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -report {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -vstats_file x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -sdp_file x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -protocol_whitelist all {{out}}', 'forbidden_pattern'],
    ['-format_whitelist ALL -i {{in}} {{out}}', 'forbidden_pattern'],
    ['-init_hw_device x -i {{in}} {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x264-params stats=/tmp/x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x264opts qpfile=/tmp/x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x265-params csv=/tmp/x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -c:v libx264 -map /etc {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -c:v nosuch {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -vf movie=/etc/passwd {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf subtitles=/etc/passwd {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf lut3d=/etc/passwd {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf sendcmd=f=/etc/passwd {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf drawtext=textfile=/etc/passwd {{out}}', 'forbidden_filter'],
    [`-i {{in}} -vf "drawtext=text=a:text'file'=/etc/passwd" {{out}}`, 'forbidden_filter'],
    [String.raw`-i {{in}} -vf 'drawtext=text=a:text\file=/etc/passwd' {{out}}`, 'forbidden_filter'],
    ['-i {{in}} -vf drawtext=/etc/passwd {{out}}', 'forbidden_filter'],
    [`-i {{in}} -vf "drawtext=fontsize='9:textfile=/etc/passwd'" {{out}}`, 'forbidden_filter'],
    [`-i {{in}} -vf "drawtext=text='a'':text''file=/etc/passwd'" {{out}}`, 'forbidden_filter'],
    [String.raw`-i {{in}} -vf 'drawtext=text=a\:textfile=/etc/passwd' {{out}}`, 'forbidden_filter'],
    ['-i {{in}} -vf curves=psfile=/etc/passwd {{out}}', 'forbidden_filter'],
    [`-i {{in}} -vf "curves=preset='vintage:psfile=/etc/passwd'" {{out}}`, 'forbidden_filter'],
    ['-i {{in}} -vf selectivecolor=psfile=/etc/passwd {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf derain=model=/etc/passwd {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf metadata=mode=print:file=/tmp/x {{out}}', 'forbidden_filter'],
    ['-i {{in}} -af arnndn=m=/tmp/x {{out}}', 'forbidden_filter'],
    ['-i {{in}} -af ladspa=file=x {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf frei0r=x {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf reverse {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf "hflip,[x]movie@a=x" {{out}}', 'forbidden_filter'],
    [`-i {{in}} -vf "hflip'" {{out}}`, 'invalid_command'],
    ['-i {{in}} -vf "hflip vflip" {{out}}', 'invalid_command'],
    ['-i {{in}}', 'invalid_command'],
    ['{{out}}', 'invalid_command'],
    ['-i {{other}} {{out}}', 'invalid_command'],
    ['-i {{in}} -t', 'invalid_command'],
    ['-i {{in}} -c:v {{out}}', 'invalid_command'],
    ['-i', 'forbidden_pattern'],
  ])('%s is refused', (command, code) => {
    expect(codeOf(() => parse(command))).toBe(code);
  });

  it.each([
    ['-i {{in}} -vf scale=32000:32000 {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf scale=2e5:-2 {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf scale=w=20k:h=-2 {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf scale=0x8000:-2 {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf scale=iw*100:ih*100 {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf pad=32000:32000 {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf scale=s=32000x32000 {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf zoompan=s=32000x32000 {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf tile=1000x1000 {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf loop=2:32767 {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf thumbnail=n=100000 {{out}}', 'forbidden_filter'],
    ['-i {{in}} -af asetnsamples=n=2G {{out}}', 'forbidden_filter'],
    ['-i {{in}} -s 32000x32000 {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf fps=1000000 {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf fps=fps=1e6 {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf fps=1000000/1 {{out}}', 'forbidden_filter'],
    ['-i {{in}} -r 1000000 {{out}}', 'forbidden_filter'],
    ['-r 1000000 -i {{in}} {{out}}', 'forbidden_filter'],
    ['-i {{in}} -filter_complex color=s=64x64[v] -map [v] {{out}}', 'missing_limit'],
    ['-i {{in}} -af apad {{out}}', 'missing_limit'],
    ['-i {{in}} -vf loop=loop=-1:size=25 {{out}}', 'missing_limit'],
    ['-i {{in}} -vf loop=-1:25 {{out}}', 'missing_limit'],
    ['-i {{in}} -vf tpad=stop=-1 {{out}}', 'missing_limit'],
  ])('%s would not end, or not fit: refused', (command, code) => {
    expect(codeOf(() => parse(command))).toBe(code);
  });

  it.each([
    '-i {{in}} -vf scale=1920:1080:flags=lanczos {{out}}',
    '-i {{in}} -vf scale=iw*0.5:-2,pad=ih*16/9:ih:(ow-iw)/2:0:0xFF00FF {{out}}',
    '-i {{in}} -vf pad=640:360:0:0:color=#112233 {{out}}',
    '-i {{in}} -vf fps=30000/1001 {{out}}',
    '-i {{in}} -r 60000/1001 {{out}}',
    '-i {{in}} -vf minterpolate=fps=60:mi_mode=mci {{out}}',
    '-i {{in}} -vf tile=5x4 {{out}}',
    '-i {{in}} -filter_complex color=s=64x64:d=2[v] -map [v] {{out}}',
    '-i {{in}} -filter_complex color=s=64x64[c];[c][0:v]overlay=shortest=1[v] -map [v] {{out}}',
    '-i {{in}} -af apad -shortest {{out}}',
    '-i {{in}} -vf loop=3:25 {{out}}',
    '-i {{in}} -af asetrate=44100*1.2 {{out}}',
  ])('%s is taken', (command) => {
    expect(codeOf(() => parse(command))).toBe('accepted');
  });

  it.each([
    '../out.mp4',
    '/tmp/out.mp4',
    'out',
    'out.m3u8',
    'out.sh',
    '.mp4',
    '-out.mp4',
    'a%03d.png',
    'a\\b.mp4',
    'file:a.mp4',
    'a|b.mp4',
    '\u202e4pm.mp4',
  ])('writes no %s', (file) => {
    const text = {
      input_files: { in: 'file_aaaa' },
      output_files: { out: file },
      ffmpeg_command: '-i {{in}} {{out}}',
    };
    expect(codeOf(() => parseCommand(text, rules))).toBe('invalid_command');
  });

  it('keeps to the limits of the installation', () => {
    const many = Array.from({ length: 11 }, () => 'hflip').join(',');
    expect(codeOf(() => parse(`-i {{in}} -vf ${many} {{out}}`))).toBe('forbidden_filter');
    expect(codeOf(() => parse('-i {{in}} {{out}}', { needsLimit: true }))).toBe('missing_limit');
    expect(codeOf(() => parse('-i {{in}} -frames:v 1 {{out}}', { needsLimit: true }))).toBe('accepted');
  });

  it('has only words that were looked up, whatever it is', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '-i',
        '{{in}}',
        '{{out}}',
        '-vf',
        '-c:v',
        '-map',
        '-t',
        '-f',
        'hflip',
        'movie=x',
        '/etc/passwd',
        '..',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        let parsed: RawCommand;
        try {
          parsed = parse(pieces.join(' '));
        } catch (error) {
          expect(error).toBeInstanceOf(RawRefusal);
          return;
        }
        expect(parsed.outputs.map(({ file }) => file)).toEqual(['out.mp4']);
        const words = [...parsed.inputs, ...parsed.outputs].flatMap(({ options }) => options);
        expect(words).not.toContain('-i');
        expect(words.join(' ')).not.toContain('/etc');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a command in parts', () => {
  it('names inputs by their place', () => {
    expect(
      parseTask(
        {
          inputs: [{ options: ['-ss', '1'] }],
          filter_complex: '[0:v]hflip[v]',
          outputs: [{ file: 'out.mp4', options: ['-an'], maps: ['[v]'] }],
        },
        rules,
      ),
    ).toEqual({
      inputs: [{ name: '0', options: ['-ss', '1'] }],
      filterComplex: '[0:v]hflip[v]',
      outputs: [{ file: 'out.mp4', options: ['-map', '[v]', '-an'] }],
    });
  });

  it('has its graph checked', () => {
    const task = { inputs: [{ options: [] }], outputs: [{ file: 'out.mp4', options: [], maps: [] }] };
    expect(codeOf(() => parseTask({ ...task, filter_complex: '[0:v]hflip;amovie=x' }, rules))).toBe('forbidden_filter');
    expect(codeOf(() => parseTask({ ...task, filter_complex: '[0:v]hflip]' }, rules))).toBe('invalid_command');
    const second = { ...task, outputs: [{ file: 'out.mp4', options: ['-lavfi', 'hflip'], maps: [] }] };
    expect(codeOf(() => parseTask({ ...second, filter_complex: 'hflip' }, rules))).toBe('forbidden_pattern');
  });
});

describe('a filter graph', () => {
  it.each([
    ['scale=320:-2', 1],
    [`[0:v]drawtext=text='a\\:b,c;d':x=(w-tw)/2:fontsize=24[v];[0:a]volume=0.5[a]`, 2],
    ['[0:v][1:v] overlay@logo=W-w-10:10:enable=between(t\\,1\\,2) [v]', 1],
    ['split[a][b];[a]hflip[c];[b][c]hstack', 3],
    ['curves=vintage', 1],
    [`geq`, 'forbidden_filter'],
  ])('%s', (graph, expected) => {
    const found = codeOf(() => checkFilters(graph));
    expect(found === 'accepted' ? checkFilters(graph).length : found).toBe(expected);
  });

  it('is read in time that grows with its length', () => {
    const graph = Array.from({ length: 2_000 }, () => '[a][b]overlay=x=1:y=2[c]').join(';');
    expect(checkFilters(graph)).toHaveLength(2_000);
    expect(codeOf(() => checkFilters('['.repeat(16_000)))).toBe('invalid_command');
    expect(codeOf(() => checkFilters('\\'.repeat(16_000)))).toBe('invalid_command');
  });
});
